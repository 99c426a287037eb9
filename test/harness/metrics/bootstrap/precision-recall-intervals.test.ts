import test from 'ava';
import { precisionRecallIntervalsSteps } from '../../../../harness/metrics/bootstrap/precision-recall-intervals.ts';
import { featureSetFromArray } from '../../../../harness/metrics/feature-set.ts';
import { precisionRecall } from '../../../../harness/metrics/precision-recall.ts';
import { toEnd } from '../../../../harness/metrics/steps.ts';
import { hashFeatures } from '../hash-features.ts';

const precisionRecallIntervals = (...parameters: Parameters<typeof precisionRecallIntervalsSteps>) =>
	toEnd(precisionRecallIntervalsSteps(...parameters));

test('intervals of parts are as wide as the binomial law says, around the scores', t => {
	const [reals, fakes] = [500, 400];
	const result = precisionRecall(
		featureSetFromArray(hashFeatures(reals, 12, 1), 12),
		featureSetFromArray(hashFeatures(fakes, 12, 2, { shift: 0.3 }), 12),
	);
	const intervals = precisionRecallIntervals(result, { seed: 1, replicates: 3000 });
	for (const [name, count] of [
		['precision', fakes],
		['recall', reals],
		['coverage', reals],
	] as const) {
		const part = result[name];
		t.true(part > 0.1 && part < 0.99, `${name} ${part}`);
		const width = 2 * 1.96 * Math.sqrt((part * (1 - part)) / count);
		const { low, high } = intervals[name];
		t.true(Math.abs((high - low) / width - 1) < 0.15, name);
		t.true(low < part && part < high);
	}
	const { low, high } = intervals.density;
	t.true(low < result.density && result.density < high && high - low < 0.5);
});
