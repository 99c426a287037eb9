import test from 'ava';
import { fakeSetLabels } from '../../../harness/samples/fake-set-labels.ts';
import { findProfile } from '../../../harness/suite/profiles.ts';
import { drawFakeLabels } from '../../../harness/train/fake-inputs.ts';
import type { BigGanConfig } from '../../../methods/networks/big-gan/config.ts';

test('labels are those of the batches that measuring draws, or the first of them', t => {
	const settings = { ...findProfile('smoke').settings(1), evaluationBatchSize: 6, fakesPerSet: 10 };
	const config = { classes: 10 } as BigGanConfig;
	const run = { settings, seed: 4, fakeProbabilities: null, config };
	const whole = [
		...drawFakeLabels(10, 6, 4, ['evaluation', 2, 0]),
		...drawFakeLabels(10, 4, 4, ['evaluation', 2, 6]),
	];
	t.deepEqual([...fakeSetLabels(run, 2)], whole);
	t.deepEqual([...fakeSetLabels(run, 2, 7)], whole.slice(0, 7));
});
