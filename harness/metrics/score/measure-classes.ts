import { UsageError } from '../../errors.ts';
import { perClassFidSteps } from '../per-class-fid.ts';
import type { PictureLabels } from '../sources/source.ts';
import type { Steps } from '../steps.ts';
import type { Metrics } from './score-result.ts';
import type { Side } from './side.ts';

/**
 * The number of classes that two labelled sides share.
 *
 * @throws UsageError if both say how many they have and disagree
 */
export function sharedClasses(metric: string, real: PictureLabels, other: PictureLabels): number {
	const counts = [real.classes, other.classes].filter(count => count !== undefined);
	if (new Set(counts).size > 1) {
		throw new UsageError(
			`${metric}: expected the same classes on both sides, got ${counts[0]} and ${counts[1]} of them`,
			'give images of the classes that the real images have',
		);
	}
	let largest = 0;
	for (const { values } of [real, other]) {
		for (let index = 0; index < values.length; index++) largest = Math.max(largest, values[index]);
	}
	return counts[0] ?? largest + 1;
}

/**
 * Fréchet distance of each class of two labelled sides.
 *
 * @throws UsageError if the sides have different numbers of classes, as far as both say how many
 */
export function* measureClasses(
	real: Side,
	fake: Side,
	onProgress: (fraction: number) => void,
): Steps<{ perClassFid: NonNullable<Metrics['perClassFid']>; warnings: readonly string[] }> {
	const [realLabels, fakeLabels] = [real.labels!, fake.labels!];
	const classes = sharedClasses('per-class-fid', realLabels, fakeLabels);
	const labelled = (side: Side) => ({ features: side.features!, labels: side.labels!.values });
	const result = yield* perClassFidSteps(labelled(real), labelled(fake), classes, { onProgress });
	const names = realLabels.names ?? fakeLabels.names;
	return {
		perClassFid: {
			mean: result.mean,
			classes: result.classes.map(entry => ({
				...entry,
				...(names?.[entry.label] === undefined ? {} : { name: names[entry.label] }),
			})),
		},
		warnings: result.warnings,
	};
}
