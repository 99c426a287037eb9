import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import {
	type BatchNormMode,
	batchNorm,
	conditionalBatchNorm,
} from '../../../../methods/networks/layers/batch-norm.ts';
import {
	addBatch,
	averageMoments,
	createStandingStatistics,
	disposeStandingStatistics,
} from '../../../../methods/networks/layers/standing-statistics.ts';
import { assertClose, assertGolden } from '../support/golden.ts';

const layer = 'generator/B1/bn1';
const epsilon = 1e-5;
const training = { mode: { kind: 'batch' }, epsilon, layer } as const;

test('batch norm and its gradients equal JAX', t => {
	assertGolden(t, 'batch norm', ({ x, scale, offset }) => batchNorm(x as Tensor4D, scale, offset, training));
});

test('conditional batch norm and its gradients equal JAX', t => {
	assertGolden(t, 'conditional batch norm', ({ x, gamma, beta }) =>
		conditionalBatchNorm(x as Tensor4D, gamma as Tensor2D, beta as Tensor2D, training),
	);
});

test('statistics average the batches, the current one included', t => {
	// The example in https://github.com/google/compare_gan/blob/master/compare_gan/architectures/arch_ops_test.py
	const before = tf.memory().numTensors;
	const statistics = createStandingStatistics();
	const seen = [
		[
			[1, 2],
			[3, 4],
		],
		[
			[5, 6],
			[7, 8],
		],
	].map(([mean, variance]) =>
		tf.tidy(() => {
			addBatch(statistics, layer, tf.tensor1d(mean), tf.tensor1d(variance));
			const average = averageMoments(statistics, layer);
			return [...average.mean.dataSync(), ...average.variance.dataSync()];
		}),
	);
	t.deepEqual(seen, [
		[1, 2, 3, 4],
		[3, 4, 5, 6],
	]);
	disposeStandingStatistics(statistics);
	t.is(tf.memory().numTensors, before);
});

/** (x − mean) / √(variance + ε) in double precision, for one channel. */
function normaliseWith(values: readonly number[], mean: number, variance: number): number[] {
	return values.map(value => (value - mean) / Math.sqrt(variance + epsilon));
}

test('accumulate normalises with the running average, standing with the same average afterwards', t => {
	const before = tf.memory().numTensors;
	const statistics = createStandingStatistics();
	const run = (kind: 'accumulate' | 'standing', values: number[]): number[] => {
		const mode: BatchNormMode = { kind, statistics };
		return tf.tidy(() => {
			const x = tf.tensor4d(values, [1, 2, 2, 1]);
			return [...batchNorm(x, tf.ones([1]), tf.zeros([1]), { mode, epsilon, layer }).dataSync()];
		});
	};
	// Moments: mean 2.5, biased variance 1.25; then mean 6, biased variance 5.
	const first = [1, 2, 3, 4];
	const second = [3, 5, 7, 9];
	assertClose(t, run('accumulate', first), normaliseWith(first, 2.5, 1.25), 'first batch');
	assertClose(t, run('accumulate', second), normaliseWith(second, 4.25, 3.125), 'second batch');
	assertClose(t, run('standing', first), normaliseWith(first, 4.25, 3.125), 'inference');
	assertClose(
		t,
		run('standing', second),
		normaliseWith(second, 4.25, 3.125),
		'inference does not accumulate',
	);
	disposeStandingStatistics(statistics);
	t.is(tf.memory().numTensors, before);
});

test('standing statistics must be accumulated first', t => {
	const mode: BatchNormMode = { kind: 'standing', statistics: createStandingStatistics() };
	const error = t.throws(
		() =>
			tf.tidy(() => batchNorm(tf.zeros([1, 2, 2, 1]), tf.ones([1]), tf.zeros([1]), { mode, epsilon, layer })),
		{ instanceOf: RangeError },
	);
	t.regex(error.message, /no batch was accumulated for generator\/B1\/bn1/);
});

test('a large mean does not drown the variance', t => {
	tf.tidy(() => {
		const noise = createStream(1, 'batch-norm-test').normals(4096);
		const x = tf.add<Tensor4D>(tf.tensor4d(noise, [64, 8, 8, 1]), 1000);
		const normalised = batchNorm(x, tf.ones([1]), tf.zeros([1]), training);
		const { mean, variance } = tf.moments(normalised);
		t.true(Math.abs(mean.dataSync()[0]) < 1e-3);
		t.true(Math.abs(variance.dataSync()[0] - 1) < 1e-3);
	});
});
