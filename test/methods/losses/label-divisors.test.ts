import type { Scalar, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { classAccuracy, classLoss } from '../../../methods/losses/class.ts';
import { summedHingeLoss } from '../../../methods/losses/hinge.ts';
import { type LabelDivisors, labelDivisors } from '../../../methods/losses/label-divisors.ts';

type Term = (rows: number[], divisors?: LabelDivisors) => Scalar;

const logits = [
	[0.5, -1],
	[2, 0.1],
	[-0.3, 0.4],
	[1, 1.5],
];
const real = [0.2, -0.7, 0.9, -0.1];

/** By parts of two images each: a part without labels, or without images that lack one, for some of these. */
const batches = [
	[-1, 1, -1, -1],
	[0, 1, -1, 0],
	[0, 1, 1, 0],
	[-1, -1, -1, -1],
];

for (const labels of batches) {
	const oneHot = (rows: number[]): Tensor2D =>
		tf.tensor2d(rows.map(row => [0, 1].map(label => Number(labels[row] === label))));
	const logitsOf = (rows: number[]): Tensor2D => tf.tensor2d(rows.map(row => logits[row]));
	const terms: Record<string, Term> = {
		'the class loss': (rows, divisors) => classLoss(logitsOf(rows), oneHot(rows), divisors?.labelled),
		'the class accuracy': (rows, divisors) => classAccuracy(logitsOf(rows), oneHot(rows), divisors?.labelled),
		'the summed hinge loss': (rows, divisors) =>
			summedHingeLoss(tf.tensor1d(rows.map(row => real[row])), tf.tensor1d([-2]), oneHot(rows), divisors),
	};
	for (const [name, term] of Object.entries(terms)) {
		test(`labels ${labels}: the mean over two halves of ${name} is that of the batch`, t => {
			const before = tf.memory().numTensors;
			tf.tidy(() => {
				const all = [0, 1, 2, 3];
				const divisors = labelDivisors(oneHot(all), 2);
				const [first, second] = [all.slice(0, 2), all.slice(2)].map(
					rows => term(rows, divisors).dataSync()[0],
				);
				const expected = term(all).dataSync()[0];
				t.true(Math.abs((first + second) / 2 - expected) < 1e-6, `${first}, ${second}: ${expected}`);
			});
			t.is(tf.memory().numTensors, before);
		});
	}
}

test('a batch that goes through in one is divided by its own numbers of images, at least 1', t => {
	const values = (labels: number[][]): number[] =>
		tf.tidy(() => {
			const { labelled, unlabelled } = labelDivisors(tf.tensor2d(labels), 1);
			return [labelled.dataSync()[0], unlabelled.dataSync()[0]];
		});
	t.deepEqual(
		values([
			[1, 0],
			[0, 0],
			[0, 0],
		]),
		[1, 2],
	);
	t.deepEqual(
		values([
			[0, 0],
			[0, 0],
		]),
		[1, 2],
	);
	t.deepEqual(values([[0, 1]]), [1, 1]);
});
