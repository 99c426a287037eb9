import { existsSync } from 'node:fs';
import path from 'node:path';
import { readSafetensors, writeSafetensors } from '../tensor/safetensors.ts';
import type { GatheredStatistics } from '../train/gathered-statistics.ts';
import type { GeneratorSampler } from '../train/generator-sampler.ts';

/** Name in a run's folder. */
export const standingFileName = 'standing-statistics.safetensors';

/**
 * Keeps what a run gathered to be measured with, so that its samples need not gather it again. To be called before
 * the sampler makes its first image.
 *
 * @throws EnvironmentError if the file cannot be written
 */
export function writeStandingStatistics(folder: string, sampler: Pick<GeneratorSampler, 'gathered'>): void {
	writeSafetensors(path.join(folder, standingFileName), {
		tensors: sampler.gathered(),
		metadata: { format: 'fewer-labels standing statistics 1' },
	});
}

/**
 * What `writeStandingStatistics` left in a run's folder; null if there is none, as in runs of before it was kept.
 *
 * @throws UsageError if the file is damaged
 */
export function readStandingStatistics(folder: string): GatheredStatistics | null {
	const file = path.join(folder, standingFileName);
	return existsSync(file) ? readSafetensors(file).tensors : null;
}
