import { describeDiscriminator } from '../../../methods/networks/big-gan/describe-discriminator.ts';
import { describeGenerator } from '../../../methods/networks/big-gan/describe-generator.ts';
import { countParameters } from '../../../methods/networks/parameters.ts';
import type { TrainingShape } from './step-work.ts';

/** Bytes that one run writes; logs and JSON files, some hundred kilobytes, are left out. */
export interface RunDisk {
	/** Weights, averaged weights: what stays. */
	readonly weights: number;
	/** One checkpoint: weights, average and moments. */
	readonly checkpoint: number;
	/** Sample sheets, at most: pixels before PNG compression. */
	readonly samples: number;
	/** When the run is done. */
	readonly final: number;
	/** While it trains: two checkpoints are kept, and a third is there while it is written. */
	readonly peak: number;
}

const sampleColumns = 10;

/** @param classes rows of the sample sheet, at most 100 */
export function diskOfRun({ config, settings }: TrainingShape, classes: number): RunDisk {
	const g = countParameters(describeGenerator(config));
	const d = countParameters(describeDiscriminator(config));
	const moments = settings.beta1 === 0 ? 1 : 2;
	const weights = 4 * (2 * g + d);
	const checkpoint = weights + 4 * moments * (g + d);
	const samples = Math.min(classes, 100) * sampleColumns * 3 * settings.resolution ** 2;
	return { weights, checkpoint, samples, final: weights + samples, peak: 3 * checkpoint + samples };
}
