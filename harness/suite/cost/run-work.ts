import type { PretrainingOptions } from '../../../methods/pretraining/options.ts';
import { createSchedule } from '../../../methods/pretraining/schedule.ts';
import type { EvaluatorKind } from '../../metrics/evaluators/evaluator.ts';
import type { FeatureNetworkOptions } from '../../metrics/feature-network/presets.ts';
import { featureNetworkLayers, inceptionLayers, resNetLayers } from './extractor-layers.ts';
import { backwardOf, forwardOf, type Layer } from './layer.ts';
import { type TrainingShape, workOfStep } from './step-work.ts';

/** Sizes of a data set that work grows with. */
export interface DataSize {
	readonly classes: number;
	readonly trainCount: number;
	readonly testCount: number;
}

const trainingOf = (layers: readonly Layer[]): number =>
	forwardOf(layers) + backwardOf(layers, { trained: true, towardsData: false });

/** Multiply-adds of the forward pass of what scores images. */
function scoringOf(
	evaluator: EvaluatorKind,
	network: FeatureNetworkOptions,
	resolution: number,
	classes: number,
): number {
	return forwardOf(
		evaluator === 'inception' ? inceptionLayers() : featureNetworkLayers(network, resolution, classes),
	);
}

/**
 * Multiply-adds of measuring a trained run: standing statistics, the fakes, and the extractor on fakes and real
 * images. The metrics themselves (a matrix root of 2048×2048 a set, say) are left out.
 */
export function workOfScoring(
	shape: TrainingShape,
	options: {
		readonly evaluator: EvaluatorKind;
		readonly network: FeatureNetworkOptions;
		readonly data: DataSize;
	},
): number {
	const { settings } = shape;
	const { generatedImage } = workOfStep(shape);
	const extractor = scoringOf(options.evaluator, options.network, settings.resolution, options.data.classes);
	const fakes = settings.fakeSets * settings.fakesPerSet;
	const generated = fakes + settings.standingBatches * settings.evaluationBatchSize;
	return generated * generatedImage + (fakes + options.data.testCount) * extractor;
}

/** Multiply-adds of training the feature network of the proxy scores. */
export function workOfFeatureNetwork(
	network: FeatureNetworkOptions,
	resolution: number,
	{ classes }: DataSize,
): number {
	return network.imagesSeen * trainingOf(featureNetworkLayers(network, resolution, classes));
}

/**
 * Multiply-adds of pre-training F (§3.1): every image of an update is seen in its four rotations. Labelling all
 * training images afterwards, in one more forward pass each, is counted too.
 */
export function workOfPretraining(options: PretrainingOptions, resolution: number, data: DataSize): number {
	const { widening, unitsPerStage, root, labelFraction, batchSize, inputResolution } = options;
	const classes = labelFraction === null ? null : data.classes;
	const layers = resNetLayers({ widening, unitsPerStage, root, classes }, inputResolution ?? resolution);
	const { updates } = createSchedule(options, data.trainCount);
	return updates * 4 * batchSize * trainingOf(layers) + data.trainCount * forwardOf(layers);
}
