import type { Resolution } from '../../methods/networks/big-gan/config.ts';

/** Everything about one training run that is not the method, the data or the seed. Part of the run's identity. */
export interface TrainingSettings {
	/** Width and height of the images, in pixels. */
	readonly resolution: Resolution;
	/** Channel unit `ch` of the networks (Tables 6 and 7); 96 in the paper. */
	readonly channels: number;
	/** Images of one update; 2048 in the paper. */
	readonly batchSize: number;
	/**
	 * Images that pass through the networks at once, a divisor of the batch size: memory grows with it, and the
	 * gradients of batchSize / microBatchSize passes make one update. It is not quite the update of the whole
	 * batch: the generator's batch norm divides by the moments of each micro-batch, and singular vectors advance
	 * with every pass. Default: the batch size.
	 */
	readonly microBatchSize?: number;
	/** Generator updates; 250,000 in the paper. */
	readonly steps: number;
	/** Discriminator updates for each generator update, each on fresh data; 2 in the paper. */
	readonly discriminatorSteps: number;
	/** Adam's step size for G. Default of every profile: 1e-4, the authors' released configuration. */
	readonly generatorLearningRate: number;
	/** Adam's step size for D. Default of every profile: 5e-4, the authors' released configuration. */
	readonly discriminatorLearningRate: number;
	readonly beta1: number;
	readonly beta2: number;
	/** Added to the root of the uncorrected second moment (TensorFlow 1's Adam). */
	readonly epsilon: number;
	/** Decay of the generator's exponential moving average; 0.9999 in the paper. */
	readonly emaDecay: number;
	/** The average equals the raw weights before this generator step; 40,000 in the authors' code. */
	readonly emaStartStep: number;
	/** Batches of `evaluationBatchSize` fakes for batch norm's standing statistics; 3,200 of 64 in the authors' code. */
	readonly standingBatches: number;
	/** Images generated at once when measuring. */
	readonly evaluationBatchSize: number;
	/** Independent sets of fakes that each run is scored on; 5 in the paper. */
	readonly fakeSets: number;
	/** Images of one fake set; 50,000 in the paper. */
	readonly fakesPerSet: number;
}

/**
 * The moving average for a training of any length, at the paper's proportions: it starts after 16 % of the steps
 * (40,000 of 250,000) and its time constant is 4 % of them (10,000 steps, decay 0.9999).
 */
export function scaledMovingAverage(steps: number): { emaDecay: number; emaStartStep: number } {
	return { emaDecay: Math.max(0, 1 - 1 / Math.max(1, 0.04 * steps)), emaStartStep: Math.round(0.16 * steps) };
}
