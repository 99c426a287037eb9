import { UsageError } from '../errors.ts';
import { tf } from '../tensor/tensorflow.ts';
import { type FeatureSet, featureBlocks, requireComparable } from './feature-set.ts';
import {
	centerOf,
	defaultBlockRows,
	type NeighbourOptions,
	squaredNeighbourRadiiSteps,
} from './neighbour-distances.ts';
import { squaredDistances } from './squared-distances.ts';
import { type Steps, toEnd } from './steps.ts';

export interface PrecisionRecallOptions extends NeighbourOptions {
	/** k, default 5 as in the density and coverage paper, dgm-eval and StudioGAN; torch-fidelity takes 3. */
	readonly neighbours?: number;
	/**
	 * Whether a point at exactly the radius is inside the ball, default false as in the density and coverage paper's
	 * code and StudioGAN; torch-fidelity and the improved precision and recall paper's code take true.
	 */
	readonly inclusive?: boolean;
}

export interface PrecisionRecall {
	/** Part of the fakes inside the ball of some real image, [0, 1] (Kynkäänniemi et al., 2019). */
	readonly precision: number;
	/** Part of the real images inside the ball of some fake, [0, 1]. */
	readonly recall: number;
	/** Mean number of real balls around a fake, over k; 1 for equal distributions, may exceed it (Naeem, 2020). */
	readonly density: number;
	/** Part of the real images with a fake inside their ball, [0, 1]. */
	readonly coverage: number;
	readonly neighbours: number;
	/** For each fake, the number of real balls that hold it. */
	readonly realBallsOfFake: Uint32Array;
	/** For each real image, the number of fake balls that hold it. */
	readonly fakeBallsOfReal: Uint32Array;
	/** For each real image, the number of fakes inside its ball. */
	readonly fakesInRealBall: Uint32Array;
}

/** Part of the numbers that are not zero. */
const shareAbove = (counts: Uint32Array): number =>
	counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0) / counts.length;

/**
 * Improved precision and recall (arXiv 1904.06991) and density and coverage (arXiv 2002.09797). The ball of an
 * image reaches to its k-th nearest neighbour in its own set. Distances are streamed in tiles: memory is a few
 * tiles and some numbers an image; time is O((n² + nm + m²) d). A step is a tile.
 *
 * @throws UsageError for different dimensions, or k not in [1, images - 1]
 * @throws RunFailedError for NaN or infinity, naming the image
 */
export function* precisionRecallSteps(
	real: FeatureSet,
	fake: FeatureSet,
	options: PrecisionRecallOptions = {},
): Steps<PrecisionRecall> {
	const { neighbours = 5, inclusive = false, blockRows = defaultBlockRows, onProgress } = options;
	requireComparable(real, fake, 2);
	const most = Math.min(real.count, fake.count) - 1;
	if (!Number.isInteger(neighbours) || neighbours < 1 || neighbours > most) {
		throw new UsageError(
			`neighbours: expected a whole number from 1 to ${most}, one less than the images of the smaller set, got ${neighbours}`,
		);
	}
	// Work in pairs of images: the progress of three passes of different length.
	const work = [real.count ** 2 / 2, fake.count ** 2 / 2, real.count * fake.count];
	const total = work[0] + work[1] + work[2];
	const part = (pass: number) => (fraction: number) =>
		onProgress?.((work.slice(0, pass).reduce((sum, done) => sum + done, 0) + work[pass] * fraction) / total);
	const realRadii = yield* squaredNeighbourRadiiSteps(real, neighbours, { blockRows, onProgress: part(0) });
	const fakeRadii = yield* squaredNeighbourRadiiSteps(fake, neighbours, { blockRows, onProgress: part(1) });

	const realBallsOfFake = new Uint32Array(fake.count);
	const fakeBallsOfReal = new Uint32Array(real.count);
	const fakesInRealBall = new Uint32Array(real.count);
	const addTo = (counts: Uint32Array, start: number, found: ArrayLike<number>): void => {
		for (let index = 0; index < found.length; index++) counts[start + index] += found[index];
	};
	const reportCross = part(2);
	const center = centerOf(real);
	try {
		for (const { rows: realRows, firstRow: firstReal } of featureBlocks(real, blockRows)) {
			for (const { rows: fakeRows, firstRow: firstFake } of featureBlocks(fake, blockRows)) {
				yield;
				tf.tidy(() => {
					const distances = squaredDistances(realRows, fakeRows, center); // [reals, fakes]
					const [reals, fakes] = distances.shape;
					const inside = (radii: Float32Array, start: number, shape: [number, number]) => {
						const radius = tf.tensor2d(radii.slice(start, start + shape[0] * shape[1]), shape);
						return tf.cast(inclusive ? tf.lessEqual(distances, radius) : tf.less(distances, radius), 'int32');
					};
					const insideReal = inside(realRadii, firstReal, [reals, 1]);
					const insideFake = inside(fakeRadii, firstFake, [1, fakes]);
					addTo(realBallsOfFake, firstFake, tf.sum(insideReal, 0).dataSync());
					addTo(fakesInRealBall, firstReal, tf.sum(insideReal, 1).dataSync());
					addTo(fakeBallsOfReal, firstReal, tf.sum(insideFake, 1).dataSync());
				});
				const rowsDone = firstReal * fake.count + realRows.shape[0] * (firstFake + fakeRows.shape[0]);
				reportCross(rowsDone / (real.count * fake.count));
			}
		}
	} finally {
		center.dispose();
	}
	return {
		precision: shareAbove(realBallsOfFake),
		recall: shareAbove(fakeBallsOfReal),
		density: realBallsOfFake.reduce((sum, count) => sum + count, 0) / (neighbours * fake.count),
		coverage: shareAbove(fakesInRealBall),
		neighbours,
		realBallsOfFake,
		fakeBallsOfReal,
		fakesInRealBall,
	};
}

/** The numbers of `precisionRecallSteps`, without a pause. */
export const precisionRecall = (...parameters: Parameters<typeof precisionRecallSteps>): PrecisionRecall =>
	toEnd(precisionRecallSteps(...parameters));
