import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import {
	classificationErrors,
	hardLabels,
	type InferredLogits,
	inferLabels,
	inferLabelsOfSplits,
	softLabels,
} from '../../../methods/pretraining/infer-labels.ts';
import type { PretrainingOptions } from '../../../methods/pretraining/options.ts';
import { pretrain } from '../../../methods/pretraining/pretrain.ts';
import { tinyData, tinyOptions } from './support/tiny.ts';

/** Crops at random, so that inference sees the central part of each image, at another size. */
const croppedOptions: PretrainingOptions = {
	...tinyOptions,
	augmentation: { kind: 'inception-crop', smallestArea: 0.5 },
	inputResolution: 12,
};

const logits = (rows: readonly number[][]): InferredLogits => ({
	count: rows.length,
	classes: rows[0].length,
	values: Float32Array.from(rows.flat()),
});

test('the hard label is the largest logit, the first of equals', t => {
	t.deepEqual(
		[
			...hardLabels(
				logits(
					[
						[1, 3, 2],
						[5, 5, 5],
						[-3, -2, -1],
					].map(row => [...row]),
				),
			),
		],
		[1, 0, 2],
	);
});

test('soft labels are the softmax of the asked rows, also of large logits', t => {
	const inferred = logits([
		[9, 9, 9],
		[0, Math.log(3), 0],
		[1000, 1000, -1000],
	]);
	const [first, second] = [softLabels(inferred, 1, 2), softLabels(inferred, 2, 3)];
	for (const [index, value] of [0.2, 0.6, 0.2].entries()) t.true(Math.abs(first[index] - value) < 1e-6);
	t.deepEqual([...second], [0.5, 0.5, 0]);
});

test('top-1 and top-5 errors by hand', t => {
	// Seven classes; ranks of the true class: 1, 2, 5, 6.
	const inferred = logits([
		[9, 1, 2, 3, 4, 5, 6],
		[9, 8, 2, 3, 4, 5, 6],
		[9, 8, 7, 6, 5, 1, 0],
		[9, 8, 7, 6, 5, 4, 0],
	]);
	const labels = Int32Array.of(0, 1, 4, 5);
	t.deepEqual(classificationErrors(inferred, labels), { top1: 0.75, top5: 0.25, images: 4 });
	const counted = classificationErrors(inferred, labels, image => image < 2);
	t.deepEqual(counted, { top1: 0.5, top5: 0, images: 2 });
	t.is(
		classificationErrors(inferred, labels, () => false),
		null,
	);
});

test('the errors agree with the hard labels on ties, and a logit that is no number is wrong', t => {
	const tied = logits([
		[1, 1],
		[1, 1],
	]);
	t.is(classificationErrors(tied, Int32Array.of(0, 1))!.top1, 0.5);
	t.is(classificationErrors(logits([[Number.NaN, 1]]), Int32Array.of(0))!.top1, 1);
});

test('logits come in the order of the images whatever the batch, and nothing leaks', async t => {
	const data = await tinyData();
	const extractor = await pretrain(data, tinyOptions);
	const before = tf.memory().numTensors;
	const whole = inferLabels(extractor, data.test);
	const fractions: number[] = [];
	const parts = inferLabels(extractor, data.test, {
		batchSize: 6,
		onProgress: fraction => fractions.push(fraction),
	});
	t.is(whole.values.length, 20 * 10);
	for (const [index, value] of parts.values.entries()) {
		t.true(Math.abs(value - whole.values[index]) < 1e-4);
	}
	t.deepEqual(fractions, [0.3, 0.6, 0.9, 1]);
	const averaged = inferLabels(extractor, data.test, { views: 'four-rotations' });
	t.notDeepEqual(averaged.values, whole.values);
	t.is(tf.memory().numTensors, before);
	extractor.dispose();
});

test('a compiled classifier says the same up to rounding, in one graph for all batches of all splits', async t => {
	const data = await tinyData();
	for (const options of [tinyOptions, croppedOptions]) {
		const extractor = await pretrain(data, options);
		const before = tf.memory().numTensors;
		for (const views of ['upright', 'four-rotations'] as const) {
			// In at most eight batches nothing is compiled.
			const expected = inferLabels(extractor, data.train, { views, batchSize: 10 });
			let passes = 0;
			const counted =
				(logits: (images: Tensor4D) => Tensor2D) =>
				(images: Tensor4D): Tensor2D => {
					passes++;
					return logits(images);
				};
			const counting = {
				...extractor,
				classLogits: counted(extractor.classLogits),
				averageClassLogits: counted(extractor.averageClassLogits),
			};
			const splits = [{ split: data.train }, { split: data.test }];
			const [train, heldOut] = inferLabelsOfSplits(counting, splits, { views, batchSize: 6 });
			t.is(passes, 1);
			t.true(train.values.every((value, index) => Math.abs(value - expected.values[index]) < 1e-5));
			t.deepEqual(hardLabels(train), hardLabels(expected));
			// The same graph, though in other batches.
			const again = inferLabelsOfSplits(extractor, splits.toReversed(), { views, batchSize: 6 });
			t.deepEqual(again, [heldOut, train]);
		}
		t.is(tf.memory().numTensors, before);
		extractor.dispose();
	}
});
