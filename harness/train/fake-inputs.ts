import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import type { BigGanConfig } from '../../methods/networks/big-gan/config.ts';
import { labelSampler } from '../tensor/categorical.ts';
import { createStream, type Stream } from '../tensor/random.ts';
import { tf } from '../tensor/tensorflow.ts';
import type { FakeInputs } from './sub-step.ts';

/** One-hot rows [labels, classes]; a zero row for label −1, which stands for "no label". */
export function oneHotRows(labels: Int32Array, classes: number): Tensor2D {
	const rows = new Float32Array(labels.length * classes);
	for (const [row, label] of labels.entries()) {
		if (label >= 0) rows[row * classes + label] = 1;
	}
	return tf.tensor2d(rows, [labels.length, classes]);
}

/**
 * The labels of `count` fakes, from the stream `fake-labels` of the seed, continued by `name`.
 *
 * @param classes number of classes
 * @param probabilities p(y) of the labels, [classes]; uniform if null
 */
export function drawFakeLabels(
	classes: number,
	count: number,
	seed: number,
	name: ReadonlyArray<string | number>,
	probabilities: ArrayLike<number> | null = null,
): Int32Array {
	const labelStream = createStream(seed, 'fake-labels', ...name);
	const draw = probabilities ? labelSampler(probabilities) : (stream: Stream) => stream.integer(classes);
	return Int32Array.from({ length: count }, () => draw(labelStream));
}

/**
 * Fresh latents z ~ N(0, I) and labels for `count` fakes, from the streams `latents` and `fake-labels` of the
 * seed, continued by `name`.
 *
 * @param probabilities p(y) of the labels, [classes]; uniform if null
 */
export function drawFakeInputs(
	config: BigGanConfig,
	count: number,
	seed: number,
	name: ReadonlyArray<string | number>,
	probabilities: ArrayLike<number> | null = null,
): FakeInputs {
	const latents = createStream(seed, 'latents', ...name).normals(count * config.latentSize);
	const labels = drawFakeLabels(config.classes, count, seed, name, probabilities);
	return {
		latents: tf.tensor2d(latents, [count, config.latentSize]),
		labels: oneHotRows(labels, config.classes),
	};
}
