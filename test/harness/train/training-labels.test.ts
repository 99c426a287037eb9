import test from 'ava';
import { disposeGanState } from '../../../harness/train/gan-state.ts';
import { trainGan } from '../../../harness/train/train-gan.ts';
import { softRows } from '../../../harness/train/training-labels.ts';
import type { Method } from '../../../methods/method.ts';
import { loadMethod, parseMethodOptions } from '../../../methods/registry.ts';
import { noiseDataSet, smallSettings } from './small-training.ts';

const dataSet = noiseDataSet();
const images = dataSet.train.count;

/** Trains two steps eagerly and collects the labels that the losses see. */
async function labelsSeen(name: string, labels: Parameters<typeof trainGan>[0]['labels']) {
	const { method } = await loadMethod(name);
	const seen = { real: [] as number[][], fake: [] as number[][] };
	const spy: Method = {
		...method,
		discriminatorLoss(networks, batch, options) {
			seen.real.push(...(batch.labels.arraySync() as number[][]));
			seen.fake.push(...(batch.fakeLabels.arraySync() as number[][]));
			return method.discriminatorLoss(networks, batch, options);
		},
	};
	const state = await trainGan({
		method: spy,
		options: parseMethodOptions(method, {}),
		settings: smallSettings(2),
		dataSet,
		subset: undefined,
		labels,
		seed: 5,
		eager: true,
	});
	const { classes } = state.config;
	disposeGanState(state);
	return { ...seen, classes };
}

test.serial('labels without an image’s class reach the loss as rows of zeros', async t => {
	const hard = new Int32Array(images).fill(-1);
	hard[0] = 2;
	const { real, classes } = await labelsSeen('s2gan-co', {
		classes: 3,
		hard,
		soft: null,
		fakeProbabilities: null,
	});
	t.is(classes, 3);
	t.is(real.length, 2 * 2 * 8);
	t.true(real.every(row => row.every(value => value === 0) || row.join() === '0,0,1'));
});

test.serial('soft labels reach the loss as they are', async t => {
	const soft = Float32Array.from({ length: images * 3 }, (_, index) => [0.5, 0.25, 0.25][index % 3]);
	const hard = new Int32Array(images);
	const { real } = await labelsSeen('s2gan-soft', { classes: 3, hard, soft, fakeProbabilities: null });
	t.true(real.every(row => row.join() === '0.5,0.25,0.25'));
});

test.serial('cluster numbers size the networks, and fakes get theirs by the histogram', async t => {
	const hard = Int32Array.from({ length: images }, (_, index) => (index % 2 === 0 ? 1 : 4));
	const fakeProbabilities = [0, 0.5, 0, 0, 0.5];
	const { real, fake, classes } = await labelsSeen('clustering', {
		classes: 5,
		hard,
		soft: null,
		fakeProbabilities,
	});
	t.is(classes, 5);
	for (const row of [...real, ...fake]) t.true([1, 4].includes(row.indexOf(1)), row.join());
	t.true(fake.some(row => row[1] === 1) && fake.some(row => row[4] === 1));
});

test('soft rows are picked by image', t => {
	const soft = Float32Array.from([0, 1, 2, 3, 4, 5]);
	t.deepEqual([...softRows(soft, 2, Uint32Array.from([2, 0]))], [4, 5, 0, 1]);
});
