import { UsageError } from '../errors.ts';
import { type Float64Scope, type Float64Tensor, float64Scope } from '../tensor/float64.ts';
import { createStream } from '../tensor/random.ts';
import { tf } from '../tensor/tensorflow.ts';
import { type FeatureSet, requireComparable } from './feature-set.ts';
import { gatherRows } from './gather-rows.ts';
import { sampleRows } from './sample-rows.ts';
import { type Steps, toEnd } from './steps.ts';

export interface KernelDistance {
	/** Mean of the estimates: the score. Unbiased, so it may be negative for sets that are alike. */
	readonly mean: number;
	/** One estimate for each block or subset. */
	readonly estimates: readonly number[];
	/**
	 * Blocks: standard error of the mean, as TF-GAN prints it; null for one block. Subsets: population standard
	 * deviation of the estimates, as torch-fidelity prints it; subsets overlap, so this is no standard error.
	 */
	readonly spread: number | null;
}

export interface KernelBlockOptions {
	/** Most rows in a block, default 1024 as in TF-GAN. */
	readonly maximumBlockSize?: number;
	/** Called with the part that is done, (0, 1]. */
	readonly onProgress?: (fraction: number) => void;
}

export interface KernelSubsetOptions {
	/** Seed of the draw of the subsets, in [1, 2^31 - 1]. */
	readonly seed: number;
	/** Number of subsets, default 100 as in torch-fidelity and clean-fid. */
	readonly subsets?: number;
	/** Rows of a subset, default 1000. */
	readonly subsetSize?: number;
	/** Called with the part that is done, (0, 1]. */
	readonly onProgress?: (fraction: number) => void;
}

// Rows that are gathered in one reading of the sets take no more than this.
const gatheredBytes = 256 * 2 ** 20;

/** (x yᵀ / d + 1)³ */
function kernel(scope: Float64Scope, x: Float64Tensor, y: Float64Tensor): Float64Tensor {
	const product = scope.matMul(x, y, { transposeB: true }); // [rows of x, rows of y]
	const base = scope.add(scope.divide(product, scope.scalar(x.shape[1])), scope.scalar(1));
	return scope.multiply(scope.multiply(base, base), base);
}

// Mean of the kernel over pairs of different rows.
function meanOfPairs(scope: Float64Scope, x: Float64Tensor): number {
	const [rows] = x.shape;
	const gram = kernel(scope, x, x);
	return (scope.value(scope.sum(gram)) - scope.value(scope.trace(gram))) / (rows * (rows - 1));
}

/** Unbiased estimate of the squared maximum mean discrepancy (Gretton et al., 2012, equation 3), in float64. */
function squaredDiscrepancy(real: Float32Array, fake: Float32Array, dimension: number): number {
	const [x, y] = [real, fake].map(values => tf.tensor2d(values, [values.length / dimension, dimension]));
	try {
		return float64Scope(scope => {
			const [wideX, wideY] = [scope.fromTensor(x), scope.fromTensor(y)];
			const cross = kernel(scope, wideX, wideY);
			const crossMean = scope.value(scope.sum(cross)) / (x.shape[0] * y.shape[0]);
			return meanOfPairs(scope, wideX) + meanOfPairs(scope, wideY) - 2 * crossMean;
		});
	} finally {
		x.dispose();
		y.dispose();
	}
}

function* estimatesOf(
	real: FeatureSet,
	fake: FeatureSet,
	selections: ReadonlyArray<{ readonly real: Uint32Array; readonly fake: Uint32Array }>,
	onProgress: ((fraction: number) => void) | undefined,
): Steps<number[]> {
	const { dimension } = real;
	const largest = Math.max(...selections.map(rows => rows.real.length + rows.fake.length));
	const atOnce = Math.max(1, Math.floor(gatheredBytes / (largest * dimension * 4)));
	const estimates: number[] = [];
	for (let start = 0; start < selections.length; start += atOnce) {
		const group = selections.slice(start, start + atOnce);
		const realRows = gatherRows(
			real,
			group.map(rows => rows.real),
		);
		const fakeRows = gatherRows(
			fake,
			group.map(rows => rows.fake),
		);
		for (const index of group.keys()) {
			yield;
			estimates.push(squaredDiscrepancy(realRows[index], fakeRows[index], dimension));
			onProgress?.(estimates.length / selections.length);
		}
	}
	return estimates;
}

const meanOf = (values: readonly number[]): number =>
	values.reduce((sum, value) => sum + value, 0) / values.length;

const sumOfSquares = (values: readonly number[]): number => {
	const mean = meanOf(values);
	return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
};

/** Bounds of `blocks` runs of rows whose lengths differ by one at most, the shorter ones first as in TF-GAN. */
function blockRows(count: number, blocks: number): Uint32Array[] {
	const size = Math.floor(count / blocks);
	const shorter = blocks - (count - size * blocks);
	let first = 0;
	return Array.from({ length: blocks }, (_, block) => {
		const start = first;
		first += block < shorter ? size : size + 1;
		return Uint32Array.from({ length: first - start }, (_, index) => start + index);
	});
}

/**
 * Kernel Inception distance (arXiv 1801.01401) with the kernel (xᵀy / d + 1)³: the mean of unbiased estimates
 * over consecutive blocks, each row used once. What TF-GAN's `kernel_classifier_distance_and_std` computes. A step is
 * a block.
 *
 * @throws UsageError for different dimensions, fewer than two images, or blocks of fewer than two
 * @throws RunFailedError for NaN or infinity, naming the image
 */
export function* kernelDistanceSteps(
	real: FeatureSet,
	fake: FeatureSet,
	options: KernelBlockOptions = {},
): Steps<KernelDistance> {
	const { maximumBlockSize = 1024, onProgress } = options;
	requireComparable(real, fake, 2);
	const blocks = Math.ceil(Math.max(real.count, fake.count) / maximumBlockSize);
	const smaller = Math.min(real.count, fake.count);
	if (!Number.isInteger(maximumBlockSize) || maximumBlockSize < 2 || Math.floor(smaller / blocks) < 2) {
		throw new UsageError(
			`block size: expected at least 2 rows in each of the blocks of both sets, got ${maximumBlockSize} for ${real.count} real and ${fake.count} fake images`,
			'choose larger blocks, or sets of similar size',
		);
	}
	const realBlocks = blockRows(real.count, blocks);
	const fakeBlocks = blockRows(fake.count, blocks);
	const estimates = yield* estimatesOf(
		real,
		fake,
		realBlocks.map((rows, block) => ({ real: rows, fake: fakeBlocks[block] })),
		onProgress,
	);
	const spread = blocks < 2 ? null : Math.sqrt(sumOfSquares(estimates) / (blocks - 1) / blocks);
	return { mean: meanOf(estimates), estimates, spread };
}

/** The score of `kernelDistanceSteps`, without a pause. */
export const kernelDistance = (...parameters: Parameters<typeof kernelDistanceSteps>): KernelDistance =>
	toEnd(kernelDistanceSteps(...parameters));

/**
 * Kernel Inception distance over random subsets, drawn without replacement, as torch-fidelity and clean-fid
 * report it. The draw is this project's own (`createStream`), so it equals theirs in distribution, not in digits. A
 * step is a subset.
 *
 * @throws UsageError for different dimensions or subsets larger than a set
 * @throws RunFailedError for NaN or infinity, naming the image
 */
export function* kernelDistanceOfSubsetsSteps(
	real: FeatureSet,
	fake: FeatureSet,
	options: KernelSubsetOptions,
): Steps<KernelDistance> {
	const { seed, subsets = 100, subsetSize = 1000, onProgress } = options;
	requireComparable(real, fake, 2);
	const largest = Math.min(real.count, fake.count);
	if (!Number.isInteger(subsetSize) || subsetSize < 2 || subsetSize > largest) {
		throw new UsageError(
			`subset size: expected a whole number from 2 to ${largest}, the images of the smaller set, got ${subsetSize}`,
		);
	}
	if (!Number.isInteger(subsets) || subsets < 1) {
		throw new UsageError(`subsets: expected a whole number of at least 1, got ${subsets}`);
	}
	const draw = (name: string, { count }: FeatureSet, subset: number) =>
		sampleRows(createStream(seed, 'kernel-distance', name, subset), count, subsetSize);
	const selections = Array.from({ length: subsets }, (_, subset) => ({
		real: draw('real', real, subset),
		fake: draw('fake', fake, subset),
	}));
	const estimates = yield* estimatesOf(real, fake, selections, onProgress);
	return { mean: meanOf(estimates), estimates, spread: Math.sqrt(sumOfSquares(estimates) / subsets) };
}

/** The score of `kernelDistanceOfSubsetsSteps`, without a pause. */
export const kernelDistanceOfSubsets = (
	...parameters: Parameters<typeof kernelDistanceOfSubsetsSteps>
): KernelDistance => toEnd(kernelDistanceOfSubsetsSteps(...parameters));
