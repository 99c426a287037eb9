import { describeDiscriminator } from '../../../methods/networks/big-gan/describe-discriminator.ts';
import { describeGenerator } from '../../../methods/networks/big-gan/describe-generator.ts';
import { countParameters } from '../../../methods/networks/parameters.ts';
import { discriminatorLayers, generatorLayers } from './big-gan-layers.ts';
import type { Layer } from './layer.ts';
import { samplingElements } from './sampling-memory.ts';
import type { TrainingShape } from './step-work.ts';

const bytesOfElement = 4;

/**
 * Bytes of the process before there is a network: Node, TensorFlow and their threads; measured on Linux x86-64 with
 * TensorFlow 2.21, with what graphs and kernels take beside tensors. `ci/bench/plan/memory.ts` measures it anew.
 */
export const baseBytes = 640e6;

/** Predicted memory of a training, in bytes; each phase is a peak of its own, and the largest one counts. */
export interface MemoryPrediction {
	/** The process without networks; on a GPU this is host memory. */
	readonly base: number;
	/** Weights, moments, averages, and sums of gradients if there are micro-batches. */
	readonly state: number;
	/** Beside base and state, while each update is recorded: it runs once operation by operation for that. */
	readonly recording: number;
	/** Beside base and state, while an update runs as a graph: a second copy of the state, activations, gradients. */
	readonly training: number;
	/** Beside base and state, while the trained run is measured: its batches do not shrink with the micro-batch. */
	readonly sampling: number;
	/** base + state + the largest of the three. */
	readonly peak: number;
}

const sum = (layers: readonly Layer[], of: (layer: Layer) => number): number =>
	layers.reduce((total, layer) => total + of(layer), 0);

/**
 * Predicts the largest resident memory of a run, compiled: its training, then its measuring. Tensors are counted; what TensorFlow's allocator adds
 * is not: it keeps freed memory in its pool (also on a CPU, with oneDNN), rounds sizes up, and on a GPU fragments.
 */
export function predictMemory({ config, settings, rotatedImages }: TrainingShape): MemoryPrediction {
	const { batchSize, microBatchSize: images = batchSize } = settings;
	const g = countParameters(describeGenerator(config));
	const d = countParameters(describeDiscriminator(config));
	const moments = settings.beta1 === 0 ? 1 : 2;
	const divided = images < batchSize ? g + d : 0;
	// Weights and their moments; the generator's moving average.
	const state = g * (2 + moments) + d * (1 + moments) + divided;

	const imagesOfD = 2 * images + 3 * rotatedImages;
	const fakesOfD = images + 3 * rotatedImages;
	const generator = generatorLayers(config, images);
	const discriminator = discriminatorLayers(config, imagesOfD);
	const judging = discriminatorLayers(config, fakesOfD);
	// Real images, fakes and their concatenation, and the fed batch.
	const pictures = 4 * images * config.resolution ** 2 * config.colours;
	const recorded = ({ recorded }: Layer): number => recorded;
	const towardsData = (layer: Layer): number => layer.recorded + (layer.recordedTowardsData ?? 0);
	const kept = ({ kept }: Layer): number => kept;
	const widest = (layers: readonly Layer[]): number => Math.max(...layers.map(({ output }) => output));

	const passing = (layers: readonly Layer[]): number => Math.max(...layers.map(({ passing = 0 }) => passing));

	const made = sum(discriminator, ({ madeKernel = 0 }) => madeKernel);

	// Normalised kernels, and gradients of both kinds of kernel.
	const kernelsOfD = 3 * d + 2 * made;
	const recordingD =
		sum(discriminator, recorded) * imagesOfD + passing(discriminator) * imagesOfD + pictures + kernelsOfD;
	const recordingG =
		sum(generator, recorded) * images +
		sum(judging, towardsData) * fakesOfD +
		Math.max(passing(generator) * images, passing(judging) * fakesOfD) +
		5 * g +
		(d + made);
	// Adam's intermediate results are freed when all parameters are done.
	const recordingAdam = 10 * Math.max(g, d);
	const trainingD = sum(discriminator, kept) * imagesOfD + 2 * widest(discriminator) * imagesOfD + kernelsOfD;
	const trainingG =
		sum(generator, kept) * images +
		sum(judging, kept) * fakesOfD +
		2 * Math.max(widest(generator) * images, widest(judging) * fakesOfD) +
		3 * g +
		(d + made);
	const bytes = (elements: number): number => elements * bytesOfElement;
	const recording = bytes(Math.max(recordingD, recordingG, recordingAdam));
	const training = bytes(state + Math.max(trainingD + pictures, trainingG));
	const sampling = bytes(samplingElements(config, settings.evaluationBatchSize, g));
	return {
		base: baseBytes,
		state: bytes(state),
		recording,
		training,
		sampling,
		peak: baseBytes + bytes(state) + Math.max(recording, training, sampling),
	};
}

/** What fits, and what the next larger one would take. */
export interface LargestMicroBatch {
	/** Images; null if not even the smallest fits. */
	readonly images: number | null;
	/** Bytes with these; with the smallest if none fits. */
	readonly peak: number;
}

/**
 * The largest micro-batch whose training is predicted to stay within a limit.
 *
 * @param sizes micro-batches that can be trained with, ascending, see `possibleMicroBatches`
 * @param limit bytes
 */
export function largestMicroBatch(
	shape: (microBatchSize: number) => TrainingShape,
	sizes: readonly number[],
	limit: number,
): LargestMicroBatch {
	for (const images of sizes.toReversed()) {
		const { peak } = predictMemory(shape(images));
		if (peak <= limit) return { images, peak };
	}
	return { images: null, peak: predictMemory(shape(sizes[0]!)).peak };
}
