import type { PretrainingOptions } from './options.ts';

export interface Schedule {
	/** Updates in all, at least 1. */
	readonly updates: number;
	/** Step size of the update with this number, counted from 0. */
	learningRateAt(update: number): number;
}

type ScheduleOptions = Pick<
	PretrainingOptions,
	| 'batchSize'
	| 'unlabelledPerBatch'
	| 'epochs'
	| 'warmUpEpochs'
	| 'decayEpochs'
	| 'learningRatePer256'
	| 'learningRateImages'
>;

/**
 * The paper's schedule (§4): a straight rise from 0, then a constant rate that falls to a tenth at each decay
 * epoch.
 *
 * @param trainCount training images, with and without label
 */
export function createSchedule(options: ScheduleOptions, trainCount: number): Schedule {
	const { batchSize, unlabelledPerBatch, epochs, warmUpEpochs, decayEpochs } = options;
	const updatesPerEpoch = trainCount / batchSize;
	const images = options.learningRateImages === 'batch' ? batchSize : unlabelledPerBatch;
	const largest = (options.learningRatePer256 * images) / 256;
	return {
		updates: Math.max(1, Math.round(epochs * updatesPerEpoch)),
		learningRateAt(update) {
			const epoch = update / updatesPerEpoch;
			const decays = decayEpochs.filter(decayEpoch => epoch >= decayEpoch).length;
			// The first update would do nothing at rate 0: it has the rate of the second.
			const risen = warmUpEpochs === 0 ? 1 : Math.min(1, (epoch + 1 / updatesPerEpoch) / warmUpEpochs);
			return largest * risen * 0.1 ** decays;
		},
	};
}
