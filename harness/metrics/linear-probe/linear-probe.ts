import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { UsageError } from '../../errors.ts';
import { type Float64Scope, type Float64Tensor, float64Scope } from '../../tensor/float64.ts';
import { type FeatureSet, featureBatches } from '../feature-set.ts';
import type { Steps } from '../steps.ts';
import { type Evaluation, type MinimizeOptions, minimizeSteps } from './minimize.ts';
import { type Standardization, standardizationSteps } from './standardization.ts';

export interface LabelledFeatures {
	readonly features: FeatureSet;
	/** Class of each image, 0 … classes - 1, in the order of the features. */
	readonly labels: ArrayLike<number>;
}

export interface LinearProbeOptions extends MinimizeOptions {
	/** Number of classes, at least 2. */
	readonly classes: number;
	/** λ of the penalty λ / 2 · |W|² on the weights of standardised features, default 1e-3. The bias is free. */
	readonly penalty?: number;
}

export interface LinearProbe {
	/** Part of the held-out images whose most probable class is theirs, [0, 1]: the score. */
	readonly heldOutAccuracy: number;
	readonly trainingAccuracy: number;
	/** For each held-out image, 1 if its class is the most probable one, else 0. */
	readonly rightHeldOut: Uint8Array;
	/** Mean cross-entropy in nats, and the penalty, at the end. */
	readonly objective: number;
	/** Row-major [d, classes], for standardised features. */
	readonly weights: Float64Array;
	readonly bias: Float64Array;
	readonly steps: number;
	readonly converged: boolean;
	readonly warnings: readonly string[];
}

function requireLabels({ features, labels }: LabelledFeatures, classes: number, name: string): void {
	if (labels.length !== features.count) {
		throw new UsageError(`${name} labels: expected ${features.count}, one an image, got ${labels.length}`);
	}
	for (let row = 0; row < labels.length; row++) {
		if (!Number.isInteger(labels[row]) || labels[row] < 0 || labels[row] >= classes) {
			throw new UsageError(
				`${name} labels: expected whole numbers from 0 to ${classes - 1}, got ${labels[row]} for image ${row}`,
			);
		}
	}
}

/** Standardised rows [rows, d] and their logits [rows, classes]. */
function forward(
	scope: Float64Scope,
	batch: Tensor2D,
	{ mean, scale }: Standardization,
	point: Float64Array,
	classes: number,
): { rows: Float64Tensor; logits: Float64Tensor } {
	const dimension = mean.length;
	const vector = (values: Float64Array) => scope.fromValues(values, [1, values.length]);
	const rows = scope.multiply(scope.subtract(scope.fromTensor(batch), vector(mean)), vector(scale));
	const weights = scope.fromValues(point.slice(0, dimension * classes), [dimension, classes]);
	const logits = scope.add(scope.matMul(rows, weights), vector(point.slice(dimension * classes)));
	return { rows, logits };
}

/** For each image, 1 if its most probable class is its own, else 0. */
function* rightOf(
	{ features, labels }: LabelledFeatures,
	standardization: Standardization,
	point: Float64Array,
	classes: number,
): Steps<Uint8Array> {
	const right = new Uint8Array(features.count);
	for (const { rows: batch, firstRow } of featureBatches(features)) {
		yield;
		const logits = float64Scope(scope =>
			scope.values(forward(scope, batch, standardization, point, classes).logits),
		);
		for (let row = 0; row < batch.shape[0]; row++) {
			const scores = logits.subarray(row * classes, (row + 1) * classes);
			if (scores.indexOf(Math.max(...scores)) === labels[firstRow + row]) right[firstRow + row] = 1;
		}
	}
	return right;
}

const shareOf = (right: Uint8Array): number => right.reduce((sum, each) => sum + each, 0) / right.length;

/**
 * Accuracy of a linear classifier on frozen features: how much a representation, such as a discriminator's, knows
 * about classes (Self-Supervised GANs, arXiv 1811.11212, section 4.4). Multinomial logistic regression on
 * standardised features by L-BFGS over all images, in float64; there is nothing random in it. Each step reads the
 * training set once; memory is one batch and some 20 copies of the weights. A step is a batch.
 *
 * @param heldOut images that the classifier is scored on, not fitted to
 * @throws UsageError for labels that do not fit, no image, or different dimensions
 * @throws RunFailedError for NaN or infinity, naming the image
 */
export function* linearProbeSteps(
	training: LabelledFeatures,
	heldOut: LabelledFeatures,
	options: LinearProbeOptions,
): Steps<LinearProbe> {
	const { classes, penalty = 1e-3 } = options;
	const { dimension, count } = training.features;
	if (!Number.isInteger(classes) || classes < 2) {
		throw new UsageError(`classes: expected a whole number of at least 2, got ${classes}`);
	}
	if (!(penalty >= 0 && Number.isFinite(penalty))) {
		throw new UsageError(`penalty: expected a number of at least 0, got ${penalty}`);
	}
	if (heldOut.features.dimension !== dimension) {
		throw new UsageError(
			`features: expected equal dimensions, got ${dimension} and ${heldOut.features.dimension}`,
			'take both sets from the same network',
		);
	}
	if (count === 0 || heldOut.features.count === 0) throw new UsageError('images: expected at least 1, got 0');
	requireLabels(training, classes, 'training');
	requireLabels(heldOut, classes, 'held-out');

	const standardization = yield* standardizationSteps(training.features);
	const weightCount = dimension * classes;
	function* evaluate(point: Float64Array): Steps<Evaluation> {
		const gradient = new Float64Array(point.length);
		let loss = 0;
		for (const { rows: batch, firstRow } of featureBatches(training.features)) {
			yield;
			const size = batch.shape[0];
			const target = new Float64Array(size * classes);
			for (let row = 0; row < size; row++) target[row * classes + training.labels[firstRow + row]] = 1;
			float64Scope(scope => {
				const { rows, logits } = forward(scope, batch, standardization, point, classes);
				const logProbabilities = scope.logSoftmax(logits); // [size, classes]
				const wanted = scope.fromValues(target, [size, classes]);
				loss -= scope.value(scope.sum(scope.multiply(wanted, logProbabilities)));
				const error = scope.subtract(scope.exp(logProbabilities), wanted);
				const ofWeights = scope.values(scope.matMul(rows, error, { transposeA: true }));
				const ofBias = scope.values(scope.sum(error, { axes: [0] }));
				for (let index = 0; index < weightCount; index++) gradient[index] += ofWeights[index] / count;
				for (let label = 0; label < classes; label++) gradient[weightCount + label] += ofBias[label] / count;
			});
		}
		let squares = 0;
		for (let index = 0; index < weightCount; index++) {
			gradient[index] += penalty * point[index];
			squares += point[index] ** 2;
		}
		return { value: loss / count + (penalty / 2) * squares, gradient };
	}
	const { point, value, steps, converged } = yield* minimizeSteps(
		evaluate,
		new Float64Array(weightCount + classes),
		options,
	);
	const rightHeldOut = yield* rightOf(heldOut, standardization, point, classes);
	return {
		heldOutAccuracy: shareOf(rightHeldOut),
		rightHeldOut,
		trainingAccuracy: shareOf(yield* rightOf(training, standardization, point, classes)),
		objective: value,
		weights: point.slice(0, weightCount),
		bias: point.slice(weightCount),
		steps,
		converged,
		warnings: converged ? [] : [`not converged after ${steps} steps: the accuracy may still move`],
	};
}
