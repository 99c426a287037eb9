import { drawFakeLabels } from '../train/fake-inputs.ts';
import type { StoredRun } from './stored-run.ts';

/**
 * Labels that the generator is given for the first images of a fake set, as measuring drew them.
 *
 * @param set number of the set, from 0
 * @param count at most and by default `fakesPerSet`
 */
export function fakeSetLabels(
	run: Pick<StoredRun, 'settings' | 'config' | 'seed' | 'fakeProbabilities'>,
	set: number,
	count: number = run.settings.fakesPerSet,
): Int32Array {
	const { settings, seed, config, fakeProbabilities } = run;
	const labels = new Int32Array(count);
	for (let start = 0; start < count; start += settings.evaluationBatchSize) {
		const size = Math.min(settings.evaluationBatchSize, settings.fakesPerSet - start);
		const name = ['evaluation', set, start];
		const batch = drawFakeLabels(config.classes, size, seed, name, fakeProbabilities);
		labels.set(batch.subarray(0, count - start), start);
	}
	return labels;
}
