import test from 'ava';
import { pretrainingPresets } from '../../../methods/pretraining/options.ts';
import { createSchedule } from '../../../methods/pretraining/schedule.ts';

const paper = pretrainingPresets['imagenet-128'];
const imageNet = 1_281_167;
const updatesPerEpoch = imageNet / 2048;

const close = (actual: number, expected: number): boolean => Math.abs(actual - expected) < 1e-3 * expected;

test('the paper trains for 65 epochs of ImageNet', t => {
	t.is(createSchedule(paper, imageNet).updates, 40_662);
});

test('the paper’s rate rises to 0.1 · 1536/256 over 5 epochs and falls to a tenth at 45 and 55', t => {
	const { learningRateAt } = createSchedule(paper, imageNet);
	const atEpoch = (epoch: number): number => learningRateAt(Math.ceil(epoch * updatesPerEpoch));
	t.true(close(learningRateAt(0), 0.6 / (5 * updatesPerEpoch)));
	t.true(close(atEpoch(2.5), 0.3));
	t.is(atEpoch(5), 0.1 * 6);
	t.is(atEpoch(44.99), 0.1 * 6);
	t.true(close(atEpoch(45), 0.06));
	t.true(close(atEpoch(54.99), 0.06));
	t.true(close(atEpoch(55), 0.006));
	t.true(close(atEpoch(64.99), 0.006));
});

test('the other reading of the formula counts the whole batch', t => {
	const { learningRateAt } = createSchedule({ ...paper, learningRateImages: 'batch' }, imageNet);
	t.is(learningRateAt(10_000), 0.1 * 8);
});

test('a fraction of an epoch is trained, at least one update', t => {
	const options = { ...paper, batchSize: 10, warmUpEpochs: 0, decayEpochs: [] };
	t.is(createSchedule({ ...options, epochs: 0.5 }, 100).updates, 5);
	t.is(createSchedule({ ...options, epochs: 0.001 }, 100).updates, 1);
	t.is(createSchedule({ ...options, epochs: 0.5 }, 100).learningRateAt(0), 0.1 * 6);
});
