import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { RunFailedError, UsageError } from '../errors.ts';
import { disposeFloat64, type Float64Tensor, float64Scope } from '../tensor/float64.ts';

/** Mean and covariance of feature vectors: all that the Fréchet distance needs of an image set. */
export interface FeatureStatistics {
	/** Number of images. */
	readonly count: number;
	/** Length d of a feature vector. */
	readonly dimension: number;
	/** d values. */
	readonly mean: Float64Array;
	/** d × d values, row-major, symmetric, divisor count - 1; all 0 for one image, which shows no spread. */
	readonly covariance: Float64Array;
}

/** Collects feature vectors batch by batch; memory is d² and one batch, whatever the number of images. */
export interface FeatureAccumulator {
	/**
	 * @param features float32 [n, d], not disposed here
	 * @throws UsageError for another width than d
	 * @throws RunFailedError for NaN or infinity, naming the image
	 */
	add(features: Tensor2D): void;
	/** @throws UsageError if there was no image */
	statistics(): FeatureStatistics;
	dispose(): void;
}

function requireFiniteFeatures(features: Tensor2D, imagesBefore: number): void {
	const values = features.dataSync();
	const position = values.findIndex(value => !Number.isFinite(value));
	if (position === -1) return;
	const [row, column] = [Math.floor(position / features.shape[1]), position % features.shape[1]];
	throw new RunFailedError(
		`features: expected finite numbers, got ${values[position]} for image ${imagesBefore + row}, feature ${column}`,
		'look at the images that were scored: a generator that has diverged gives NaN',
	);
}

/**
 * A running mean and covariance in float64. Each batch is centred on its own mean before squares are taken, and
 * batches are merged by the distance of their means (Chan, Golub and LeVeque, 1979), so that features with a
 * large mean and a small spread lose no digits.
 *
 * @param dimension length of a feature vector, at least 1
 */
export function createFeatureAccumulator(dimension: number): FeatureAccumulator {
	let count = 0;
	let mean: Float64Tensor | undefined;
	let scatter: Float64Tensor | undefined;

	const dispose = (): void => {
		for (const tensor of [mean, scatter]) if (tensor) disposeFloat64(tensor);
		mean = undefined;
		scatter = undefined;
		count = 0;
	};

	const add = (features: Tensor2D): void => {
		const [size, width] = features.shape;
		if (width !== dimension) {
			throw new UsageError(`features: expected vectors of length ${dimension}, got ${width}`);
		}
		if (size === 0) return;
		requireFiniteFeatures(features, count);
		const total = count + size;
		const merged = float64Scope(scope => {
			const batch = scope.fromTensor(features);
			const batchSum = scope.sum(batch, { axes: [0], keepDims: true });
			const batchMean = scope.divide(batchSum, scope.scalar(size)); // [1, d]
			const centered = scope.subtract(batch, batchMean);
			const batchScatter = scope.matMul(centered, centered, { transposeA: true }); // [d, d]
			if (!mean || !scatter) return { mean: scope.keep(batchMean), scatter: scope.keep(batchScatter) };
			const shift = scope.subtract(batchMean, mean);
			const between = scope.multiply(
				scope.matMul(shift, shift, { transposeA: true }),
				scope.scalar((count * size) / total),
			);
			const newMean = scope.add(mean, scope.multiply(shift, scope.scalar(size / total)));
			const newScatter = scope.add(scope.add(scatter, batchScatter), between);
			return { mean: scope.keep(newMean), scatter: scope.keep(newScatter) };
		});
		dispose();
		({ mean, scatter } = merged);
		count = total;
	};

	const statistics = (): FeatureStatistics => {
		if (!mean || !scatter) {
			throw new UsageError(
				'images: expected at least 1, got 0',
				'give images to score; scores in papers use 10,000 to 50,000',
			);
		}
		const [center, squares] = [mean, scatter];
		return float64Scope(scope => ({
			count,
			dimension,
			mean: scope.values(center),
			covariance: scope.values(scope.divide(squares, scope.scalar(Math.max(1, count - 1)))),
		}));
	};

	return { add, statistics, dispose };
}
