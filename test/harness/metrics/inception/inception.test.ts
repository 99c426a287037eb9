import { readFileSync } from 'node:fs';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { randomInceptionImages, randomInceptionWeights } from '../../../../ci/parity/random-inception.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { foldNormalization } from '../../../../harness/metrics/inception/fold-normalization.ts';
import { runBlocks, runStem } from '../../../../harness/metrics/inception/forward.ts';
import { createInception } from '../../../../harness/metrics/inception/inception.ts';
import { convolutionWithReLU } from '../../../../harness/metrics/inception/kernels.ts';
import { type InceptionBlock, readInceptionLayers } from '../../../../harness/metrics/inception/layers.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { fixture } from './weight-files.ts';

// The expected features are of pytorch-fid's own network on the same weights and images: ci/parity/inception.py.
const stored = JSON.parse(readFileSync(fixture('pytorch-fid.json'), 'utf8')) as Record<string, string> & {
	seed: number;
	images: number;
};
const expected = (name: string): Float32Array =>
	new Float32Array(new Uint8Array(Buffer.from(stored[name], 'base64')).buffer);

const weights = randomInceptionWeights(stored.seed);
const imageTensor = (): Tensor4D =>
	tf.tensor4d(randomInceptionImages(stored.seed, stored.images), [stored.images, 299, 299, 3]);

/** Largest difference, relative to the expected value, or to a thirtieth of the typical one if that is larger. */
function relativeError(actual: Tensor | Float32Array, wanted: Float32Array): number {
	const values = actual instanceof Float32Array ? actual : actual.dataSync<'float32'>();
	const typical = Math.sqrt(wanted.reduce((sum, value) => sum + value ** 2, 0) / wanted.length);
	if (values.length !== wanted.length) return Number.POSITIVE_INFINITY;
	return wanted.reduce(
		(largest, value, index) =>
			Math.max(largest, Math.abs(values[index] - value) / Math.max(Math.abs(value), typical / 30)),
		0,
	);
}

test.serial("features, taps and logits are those of pytorch-fid's network to 1e-4", t => {
	const images = imageTensor();
	const before = tf.memory().numTensors;
	const inception = createInception(weights);
	const { pool, logits, logitsWithoutBias, taps } = inception.extract(images, { taps: true });
	t.true(relativeError(pool, expected('features2048')) < 1e-4);
	t.true(relativeError(taps!.features64, expected('features64')) < 1e-4);
	t.true(relativeError(taps!.features192, expected('features192')) < 1e-4);
	t.true(relativeError(taps!.features768, expected('features768')) < 1e-4);
	t.true(relativeError(logits, expected('logits')) < 1e-4);
	const bias = weights.get('softmax/biases')!.values;
	const unbiased = expected('logits').map((value, index) => value - bias[index % 1008]);
	t.true(relativeError(logitsWithoutBias, unbiased) < 1e-4);
	t.deepEqual(
		[pool.shape, logits.shape, logitsWithoutBias.shape],
		[
			[2, 2048],
			[2, 1008],
			[2, 1008],
		],
	);
	tf.dispose([pool, logits, logitsWithoutBias, ...Object.values(taps!)]);
	inception.dispose();
	t.is(tf.memory().numTensors, before);
	images.dispose();
});

test.serial('without being asked for, no taps are computed or kept', t => {
	const images = imageTensor();
	const inception = createInception(weights);
	const before = tf.memory().numTensors;
	const outputs = inception.extract(images);
	t.is(tf.memory().numTensors, before + 3);
	t.is(outputs.taps, undefined);
	tf.dispose([outputs.pool, outputs.logits, outputs.logitsWithoutBias]);
	inception.dispose();
	images.dispose();
});

test.serial('an image has the same features alone as in a batch, and the same bits every time', t => {
	const inception = createInception(weights);
	tf.tidy(() => {
		const images = imageTensor();
		const together = inception.extract(images).pool.dataSync<'float32'>();
		t.deepEqual(inception.extract(images).pool.dataSync<'float32'>(), together);
		const alone = inception.extract(tf.slice4d(images, [1, 0, 0, 0], [1, -1, -1, -1]));
		t.true(relativeError(alone.pool, together.slice(2048)) < 1e-4);
	});
	inception.dispose();
});

/** Pool features of a network that is put together otherwise. */
function poolFeatures(
	blocks: readonly InceptionBlock[],
	epsilon = readInceptionLayers().bnEps,
): Float32Array {
	return tf.tidy(() => {
		const { convs } = readInceptionLayers();
		const convolve = (map: Tensor4D, scope: string): Tensor4D => {
			const layer = convs.find(({ tf: name }) => name === scope)!;
			const { kernel, bias } = foldNormalization(weights, scope, epsilon);
			return convolutionWithReLU(map, {
				kernel: tf.tensor4d(kernel.values, kernel.shape as [number, number, number, number]),
				bias: tf.tensor1d(bias.values),
				stride: layer.stride,
				padding: layer.padding,
			});
		};
		const { map } = runBlocks(runStem(imageTensor(), convolve).map, blocks, convolve);
		return (tf.mean(map, [1, 2]) as Tensor2D).dataSync<'float32'>();
	});
}

const { blocks } = readInceptionLayers();
/** The blocks with one of them changed. */
const withBlock = (scope: string, change: (block: InceptionBlock) => Partial<InceptionBlock>) =>
	blocks.map(block => (block.tf === scope ? { ...block, ...change(block) } : block));

test.serial('put together from the same parts, the network of the mutations below is Inception', t => {
	t.true(relativeError(poolFeatures(blocks), expected('features2048')) < 1e-4);
});

const noticed = test.macro((t, changed: readonly InceptionBlock[], epsilon?: number) => {
	t.true(relativeError(poolFeatures(changed, epsilon), expected('features2048')) > 1e-3);
});

test.serial(
	'an average pool in the last block, as in later Inceptions, is noticed',
	noticed,
	withBlock('mixed_10', () => ({ pool: 'avg3x3s1' })),
);
test.serial(
	'a max pool in the block before is noticed',
	noticed,
	withBlock('mixed_9', () => ({ pool: 'max3x3s1' })),
);
test.serial(
	'another order of the branches is noticed',
	noticed,
	withBlock('mixed', ({ branches }) => ({ branches: [branches[1], branches[0], ...branches.slice(2)] })),
);
test.serial(
	'another order of the convolutions side by side is noticed',
	noticed,
	withBlock('mixed_10', ({ branches }) => ({
		branches: branches.map(steps =>
			steps.map(step => (typeof step === 'string' ? step : { split: [...step.split].reverse() })),
		),
	})),
);
test.serial('another epsilon in the normalisation is noticed', noticed, blocks, 1e-5);

test('the fingerprint follows the weights', t => {
	const first = createInception(weights);
	const changed = new Map(weights);
	const values = weights.get('conv/batchnorm/beta')!.values.slice();
	values[0] += 1e-3;
	changed.set('conv/batchnorm/beta', { shape: [32], values });
	const second = createInception(changed);
	t.regex(first.fingerprint, /^[0-9a-f]{64}$/u);
	t.not(first.fingerprint, second.fingerprint);
	t.not(first.weightsDigest, second.weightsDigest);
	first.dispose();
	second.dispose();
});

test('images of another shape are refused', t => {
	const inception = createInception(weights);
	const images = tf.zeros([1, 128, 128, 3]) as Tensor4D;
	t.throws(() => inception.extract(images), {
		instanceOf: UsageError,
		message: 'images: expected shape [n, 299, 299, 3], got [1,128,128,3]',
	});
	tf.dispose(images);
	inception.dispose();
});
