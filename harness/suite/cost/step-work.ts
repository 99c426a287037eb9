import { rotatedRows } from '../../../methods/losses/rotate-images.ts';
import type { Method, OptionValues } from '../../../methods/method.ts';
import type { BigGanConfig } from '../../../methods/networks/big-gan/config.ts';
import { describeDiscriminator } from '../../../methods/networks/big-gan/describe-discriminator.ts';
import { describeGenerator } from '../../../methods/networks/big-gan/describe-generator.ts';
import { type NetworkDescription, sizeOfShape } from '../../../methods/networks/parameters.ts';
import type { TrainingSettings } from '../../train/settings.ts';
import { discriminatorLayers, generatorLayers, headLayers } from './big-gan-layers.ts';
import { backwardOf, forwardOf } from './layer.ts';

/** A training whose work is counted: its networks and how many images pass through them. */
export interface TrainingShape {
	readonly config: BigGanConfig;
	readonly settings: TrainingSettings;
	/** Images of each (micro-)batch that are also seen turned by 90°, 180° and 270°; 0 without a rotation head. */
	readonly rotatedImages: number;
}

/**
 * The shape of a method's training. How many images it rotates is read from its option `rotatedBatchFraction`, as in
 * the built-in methods (default 2); a method of your own that shows D other images is counted as if it did not.
 *
 * @param classes of the labels that it trains with
 * @throws UsageError if no whole number of images can be rotated, see `possibleMicroBatches`
 */
export function trainingShape(
	method: Pick<Method, 'networks'>,
	options: OptionValues,
	settings: TrainingSettings,
	classes: number,
): TrainingShape {
	const { resolution, channels, batchSize, microBatchSize = batchSize } = settings;
	const config = method.networks({ resolution, channels, classes }, options);
	return {
		config,
		settings,
		rotatedImages: config.rotationHead ? rotatedImagesOf(options, microBatchSize) : 0,
	};
}

function rotatedImagesOf({ rotatedBatchFraction: fraction }: OptionValues, images: number): number {
	return typeof fraction === 'number' ? rotatedRows(images, fraction) : Math.floor(images / 2 / 4);
}

/** Multiply-adds of one power iteration and of dividing by σ, forwards (W v, Wᵀ u) and backwards (u vᵀ). */
function spectralNormOf(network: NetworkDescription, backward: boolean): number {
	return network.parameters
		.filter(({ spectralNorm }) => spectralNorm)
		.reduce((sum, { shape }) => sum + (backward ? 3 : 2) * sizeOfShape(shape), 0);
}

/** Multiply-adds by part of one generator step. */
export interface StepWork {
	/** One discriminator update: its fakes, then both passes through D. */
	readonly discriminatorUpdate: number;
	/** One generator update: both passes through G and D. */
	readonly generatorUpdate: number;
	/** All discriminator updates and the generator update. */
	readonly step: number;
	/** The generator for one image, as when samples are drawn. */
	readonly generatedImage: number;
}

/**
 * Multiply-adds of one generator step: convolutions, dense layers, attention and spectral norm; elementwise work
 * (norms, activations, Adam) is left out, which small networks spend much of their time on.
 */
export function workOfStep({ config, settings, rotatedImages }: TrainingShape): StepWork {
	const { batchSize, microBatchSize = batchSize, discriminatorSteps } = settings;
	const passes = batchSize / microBatchSize;
	const generator = generatorLayers(config);
	const trunk = discriminatorLayers(config);
	const heads = headLayers(config);
	const generated = forwardOf(generator);

	/** D on `upright` images with their projection, and the heads. */
	const discriminate = (
		images: { readonly upright: number; readonly classified: number },
		gradient: { readonly trained: boolean; readonly towardsData: boolean },
	): number => {
		const both = (layers: typeof trunk, count: number): number =>
			count === 0 ? 0 : count * (forwardOf(layers) + backwardOf(layers, gradient));
		// The labels need no gradient even where the images do.
		const projection = images.upright * (forwardOf(heads.projection) * (1 + (gradient.trained ? 1 : 0)));
		return (
			both(trunk, images.upright + 3 * rotatedImages) +
			projection +
			both(heads.rotation, 4 * rotatedImages) +
			both(heads.class, images.classified)
		);
	};
	const normOfG = (backward: boolean): number => spectralNormOf(describeGenerator(config), backward);
	const normOfD = (backward: boolean): number => spectralNormOf(describeDiscriminator(config), backward);

	const discriminatorUpdate =
		passes *
		(microBatchSize * generated +
			discriminate(
				{ upright: 2 * microBatchSize, classified: microBatchSize },
				{ trained: true, towardsData: false },
			) +
			normOfG(false) +
			normOfD(true));
	const generatorUpdate =
		passes *
		(microBatchSize * (generated + backwardOf(generator, { trained: true, towardsData: false })) +
			discriminate({ upright: microBatchSize, classified: 0 }, { trained: false, towardsData: true }) +
			normOfG(true) +
			normOfD(false));
	return {
		discriminatorUpdate,
		generatorUpdate,
		step: discriminatorSteps * discriminatorUpdate + generatorUpdate,
		generatedImage: generated,
	};
}
