import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { compileExtraction } from '../../../harness/metrics/compiled-extraction.ts';
import {
	createFeatureNetwork,
	weightShapes,
} from '../../../harness/metrics/feature-network/feature-network.ts';
import { createStream } from '../../../harness/tensor/random.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { smallOptions } from './feature-network/options.ts';

const size = { options: smallOptions, resolution: 16, classes: 3 };

function network() {
	const weights = new Map(
		[...weightShapes(size)].map(([name, shape]) => {
			const count = shape.reduce((product, extent) => product * extent, 1);
			return [name, { shape, values: createStream(1, 'weights', name).normals(count) }];
		}),
	);
	return createFeatureNetwork(
		{ ...size, recipeVersion: 1, dataSetDigest: 'd'.repeat(64), testAccuracy: 0 },
		weights,
	);
}

const images = (count: number, name: number): Tensor4D =>
	tf.tensor4d(createStream(1, 'images', name).normals(count * 16 * 16 * 3), [count, 16, 16, 3]);

test('a batch size that comes again is compiled, others are not; the numbers are the same bit for bit', t => {
	const plain = network();
	const before = tf.memory().numTensors;
	let calls = 0;
	const compiled = compileExtraction(
		batch => {
			calls += 1;
			return plain.extract(batch);
		},
		{ patience: 2 },
	);
	for (const [index, count] of [6, 6, 6, 6, 2, 6, 6].entries()) {
		const batch = images(count, index);
		const [expected, got] = [plain.extract(batch), compiled.extract(batch)];
		t.deepEqual(got.features.dataSync(), expected.features.dataSync());
		t.deepEqual(got.logits.dataSync(), expected.logits.dataSync());
		tf.dispose([batch, expected, got]);
	}
	// Two by operations, one to record, one of another size; the other three ran in the graph.
	t.is(calls, 4);
	compiled.dispose();
	t.is(tf.memory().numTensors, before);
	plain.dispose();
});
