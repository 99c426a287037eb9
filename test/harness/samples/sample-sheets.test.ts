import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { PNG } from 'pngjs';
import { drawShapes } from '../../../harness/data/shapes/shapes.ts';
import { labelMeaning, writeSampleSheets } from '../../../harness/samples/sample-sheets.ts';
import { sheetNames } from '../../../harness/samples/sheet-names.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { temporaryFolder } from '../data/temporary-folder.ts';

const dataSet = drawShapes({ resolution: 32, seed: 1, trainCount: 100, testCount: 10 });

/** A "generator" whose images are as red as their first latent and as green as their label. */
const sampler = {
	images: (latents: ReturnType<typeof tf.tensor2d>, labels: ReturnType<typeof tf.tensor2d>) => {
		const [count] = latents.shape;
		const classes = labels.shape[1];
		const red = tf.sigmoid(tf.slice(latents, [0, 0], [count, 1]));
		const numbers = tf.div(tf.range(0, classes), classes);
		const green = tf.reshape(tf.sum(tf.mul(labels, numbers), 1), [count, 1]);
		const pixel = tf.reshape(tf.concat([red, green, tf.zeros([count, 1])], 1), [count, 1, 1, 3]);
		return tf.tile(pixel, [1, 32, 32, 1]) as ReturnType<typeof tf.tensor4d>;
	},
};
const request = (folder: string, classes: number) => ({
	folder,
	sampler,
	config: { latentSize: 3, classes },
	batchSize: 7,
	labelling: classes === 1 ? ('no-labels' as const) : ('true-labels' as const),
	dataSet,
	labels: undefined,
	seed: 3,
});

test.serial('a run leaves real images beside generated ones, and interpolations', t => {
	const folder = temporaryFolder(t);
	const before = tf.memory().numTensors;
	writeSampleSheets(request(folder, 10));
	t.is(tf.memory().numTensors, before);
	const sheet = PNG.sync.read(readFileSync(path.join(folder, sheetNames.classes)));
	const at = ({ data, width }: PNG, x: number, y: number) => [
		...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3),
	];
	// 5 real and 5 generated images of 64 pixels, lines of 2, a gap of 14 between the halves; ten rows.
	t.deepEqual([sheet.width, sheet.height], [10 * 66 + 2 + 14, 10 * 66 + 2]);
	const first = dataSet.train.labels.indexOf(4);
	t.deepEqual(at(sheet, 2, 2 + 4 * 66), [...dataSet.train.read([first]).subarray(0, 3)]);
	const generated = at(sheet, 2 + 5 * 66 + 14, 2 + 4 * 66);
	t.deepEqual(generated.slice(1), [Math.round(0.4 * 255), 0]);

	const walk = PNG.sync.read(readFileSync(path.join(folder, sheetNames.interpolation)));
	t.deepEqual([walk.width, walk.height], [10 * 66 + 2, 8 * 66 + 2 + 14]);
	const rowOfClasses = 2 + 4 * 66 + 14;
	const greens = Array.from({ length: 10 }, (_, column) => at(walk, 2 + column * 66, rowOfClasses)[1]!);
	t.deepEqual(
		greens,
		[...greens].sort((a, b) => a - b),
	);
	t.true(greens[9]! > greens[0]!);
	t.is(at(walk, 2, rowOfClasses)[0], at(walk, 2 + 9 * 66, rowOfClasses)[0]);
});

test.serial('a network of one class has rows between latents alone, a diverged one black images', t => {
	const folder = temporaryFolder(t);
	const broken = {
		images: (...inputs: Parameters<typeof sampler.images>) => tf.mul(sampler.images(...inputs), Number.NaN),
	};
	writeSampleSheets({ ...request(folder, 1), sampler: broken as typeof sampler });
	const walk = PNG.sync.read(readFileSync(path.join(folder, sheetNames.interpolation)));
	t.is(walk.height, 4 * 66 + 2);
	t.deepEqual([...walk.data.subarray((2 * walk.width + 2) * 4, (2 * walk.width + 2) * 4 + 3)], [0, 0, 0]);
});

test('labels mean classes, clusters or nothing', t => {
	const labels = { classes: 2, hard: Int32Array.of(1, 0), soft: null, fakeProbabilities: null };
	t.is(labelMeaning('clusters', dataSet, labels).ofTraining, labels.hard);
	t.is(labelMeaning('clusters', dataSet, undefined).ofTraining, null);
	t.is(labelMeaning('no-labels', dataSet, undefined).ofTraining, null);
	t.is(labelMeaning('inferred-labels', dataSet, labels).ofTraining, dataSet.train.labels);
});
