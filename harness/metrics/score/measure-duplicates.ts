import { UsageError } from '../../errors.ts';
import { copyThresholdSteps, findDuplicatesSteps } from '../duplicates.ts';
import type { Steps } from '../steps.ts';
import type { Metrics } from './score-result.ts';
import type { Side } from './side.ts';

/** Part of the held-out real images that come under the threshold by themselves. */
export const duplicateQuantile = 0.01;

const mostListed = 100;

/**
 * Fakes that are copies of training images: nearer to one, in features, than all but a hundredth of the real images
 * that were not trained on. A generator without memory has about that share.
 *
 * @param real images outside of the training set
 * @returns also 1 for each fake that is a copy and 0 for the others
 * @throws UsageError if more than that hundredth of the real images lie in the training set itself
 */
export function* measureDuplicates(
	training: Side,
	real: Side,
	fake: Side,
	onProgress: (fraction: number) => void,
): Steps<{
	duplicates: NonNullable<Metrics['duplicates']>;
	isCopy: Uint8Array;
	warnings: readonly string[];
}> {
	const [trained, heldOut, generated] = [training.features!, real.features!, fake.features!];
	const share = heldOut.count / (heldOut.count + generated.count);
	const threshold = yield* copyThresholdSteps(trained, heldOut, {
		quantile: duplicateQuantile,
		onProgress: fraction => onProgress(share * fraction),
	});
	if (!(threshold > 0)) {
		throw new UsageError(
			`duplicates: more than ${100 * duplicateQuantile} % of the real images are in the training set itself, so that nothing says how near honest images come`,
			'give images that were not trained on as --real',
		);
	}
	const found = yield* findDuplicatesSteps(trained, generated, {
		threshold,
		onProgress: fraction => onProgress(share + (1 - share) * fraction),
	});
	const isCopy = new Uint8Array(generated.count);
	for (const row of found.copies) isCopy[row] = 1;
	return {
		duplicates: {
			share: found.share,
			threshold,
			quantile: duplicateQuantile,
			trainingImages: trained.count,
			copies: [...found.copies.subarray(0, mostListed)].map(row => ({
				fake: row,
				training: found.indices[row],
				distance: found.distances[row],
			})),
		},
		isCopy,
		warnings:
			heldOut.count < 1 / duplicateQuantile
				? [
						`duplicates: ${heldOut.count} real images are too few for a quantile of ${duplicateQuantile}: the threshold is the nearest of them`,
					]
				: [],
	};
}
