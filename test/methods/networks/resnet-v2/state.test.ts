import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { resNetV2Config } from '../../../../methods/networks/resnet-v2/config.ts';
import {
	createResNetV2State,
	disposeResNetV2State,
	restoreResNetV2State,
	storeResNetV2State,
} from '../../../../methods/networks/resnet-v2/state.ts';

const config = resNetV2Config({ widening: 0.25, unitsPerStage: [1, 1], root: 'small', classes: 3 });

test('stored values come back bit for bit', t => {
	const before = tf.memory().numTensors;
	const state = createResNetV2State(config, 5);
	const stored = storeResNetV2State(state);
	const restored = restoreResNetV2State(config, stored);
	t.deepEqual(storeResNetV2State(restored), stored);
	t.deepEqual([...restored.network.parameters.keys()], [...state.network.parameters.keys()]);
	disposeResNetV2State(state);
	disposeResNetV2State(restored);
	t.is(tf.memory().numTensors, before);
});

test('equal seeds give equal networks, other seeds others', t => {
	const values = [5, 5, 6].map(seed => {
		const state = createResNetV2State(config, seed);
		const stored = storeResNetV2State(state);
		disposeResNetV2State(state);
		return stored;
	});
	t.deepEqual(values[0], values[1]);
	t.notDeepEqual(values[0], values[2]);
});

test('a missing or misshapen value is named, and nothing is allocated', t => {
	const state = createResNetV2State(config, 5);
	const stored = storeResNetV2State(state);
	disposeResNetV2State(state);
	const before = tf.memory().numTensors;
	const missing = new Map(stored);
	missing.delete('resnet/final_norm/moving_mean');
	t.throws(() => restoreResNetV2State(config, missing), {
		instanceOf: UsageError,
		message: 'feature extractor: expected resnet/final_norm/moving_mean of shape [32], got none',
	});
	const misshapen = new Map(stored).set('classes/bias', { shape: [4], values: new Float32Array(4) });
	t.throws(() => restoreResNetV2State(config, misshapen), {
		instanceOf: UsageError,
		message: 'feature extractor: expected classes/bias of shape [3], got [4]',
	});
	t.is(tf.memory().numTensors, before);
});
