import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import {
	createFeatureNetwork,
	weightShapes,
} from '../../../../harness/metrics/feature-network/feature-network.ts';
import { loadFeatureNetwork } from '../../../../harness/metrics/feature-network/storage.ts';
import { fingerprintOf } from '../../../../harness/metrics/feature-network/weights.ts';
import { createStream } from '../../../../harness/tensor/random.ts';
import type { StoredTensor } from '../../../../harness/tensor/safetensors.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { smallOptions } from './options.ts';

const description = {
	recipeVersion: 1,
	dataSetDigest: 'abc',
	resolution: 8,
	classes: 3,
	options: smallOptions,
	testAccuracy: 0.75,
};

function drawWeights(): Map<string, StoredTensor> {
	const weights = new Map<string, StoredTensor>();
	for (const [name, shape] of weightShapes(description)) {
		const size = shape.reduce((product, extent) => product * extent, 1);
		weights.set(name, { shape, values: createStream(1, 'test', name).normals(size) });
	}
	return weights;
}

const temporaryFolder = (): string => mkdtempSync(path.join(tmpdir(), 'feature-network-'));

test('a network that was saved and loaded gives the same bits', t => {
	const parent = temporaryFolder();
	const folder = path.join(parent, 'deeper', 'network');
	const network = createFeatureNetwork(description, drawWeights());
	network.save(folder);
	const loaded = loadFeatureNetwork(folder);
	t.deepEqual(loaded.description, description);
	t.is(loaded.fingerprint, network.fingerprint);
	t.is(loaded.testAccuracy, 0.75);
	t.is(loaded.dimension, 16);
	t.is(loaded.classes, 3);
	tf.tidy(() => {
		const images = tf.tensor4d(createStream(1, 'images').normals(2 * 192), [2, 8, 8, 3]);
		const [first, second] = [network.extract(images), loaded.extract(images)];
		t.deepEqual(second.logits.dataSync(), first.logits.dataSync());
		t.deepEqual(second.features.dataSync(), first.features.dataSync());
	});
	network.dispose();
	loaded.dispose();
	t.deepEqual(readdirSync(path.join(parent, 'deeper')), ['network']);
	rmSync(parent, { recursive: true });
});

test('the folder of the process that was first stays', t => {
	const parent = temporaryFolder();
	const folder = path.join(parent, 'network');
	const first = createFeatureNetwork(description, drawWeights());
	const second = createFeatureNetwork({ ...description, testAccuracy: 0.5 }, drawWeights());
	first.save(folder);
	second.save(folder);
	const loaded = loadFeatureNetwork(folder);
	t.is(loaded.fingerprint, first.fingerprint);
	t.deepEqual(readdirSync(parent), ['network']);
	for (const network of [first, second, loaded]) network.dispose();
	rmSync(parent, { recursive: true });
});

test('damaged, changed and missing files are refused with what to do', t => {
	const parent = temporaryFolder();
	const folder = path.join(parent, 'network');
	const network = createFeatureNetwork(description, drawWeights());
	network.save(folder);
	network.dispose();
	const refusal = (file: string, content: string | Buffer): string => {
		const whole = readFileSync(path.join(folder, file));
		writeFileSync(path.join(folder, file), content);
		const error = t.throws(() => loadFeatureNetwork(folder), { instanceOf: UsageError });
		writeFileSync(path.join(folder, file), whole);
		t.truthy(error!.fix);
		return error!.message;
	};
	const weights = readFileSync(path.join(folder, 'weights.safetensors'));
	const changed = Buffer.from(weights);
	changed[changed.length - 1] ^= 1;
	t.regex(refusal('weights.safetensors', changed), /its fingerprint is/u);
	t.regex(refusal('weights.safetensors', weights.subarray(0, -4)), /truncated/u);
	t.regex(refusal('network.json', '{'), /network\.json cannot be read/u);
	t.regex(refusal('network.json', '{"schemaVersion": 2}'), /network\.json: .*/u);
	t.throws(() => loadFeatureNetwork(path.join(parent, 'nothing')), { instanceOf: UsageError });
	t.true(existsSync(folder));
	rmSync(parent, { recursive: true });
});

test('a weight that is missing is refused by name', t => {
	const weights = drawWeights();
	weights.delete('stem/bias');
	t.throws(() => createFeatureNetwork(description, weights), {
		instanceOf: UsageError,
		message: 'feature network: expected stem/bias of shape [8], got none',
	});
});

test('the fingerprint follows description and every weight, not the order of the weights', t => {
	const weights = drawWeights();
	const fingerprint = fingerprintOf(description, weights);
	t.regex(fingerprint, /^[0-9a-f]{64}$/u);
	t.is(fingerprintOf(description, new Map([...weights].reverse())), fingerprint);
	t.not(fingerprintOf({ ...description, dataSetDigest: 'abd' }, weights), fingerprint);
	const other = drawWeights();
	other.get('logits/bias')!.values[2] += 1e-6;
	t.not(fingerprintOf(description, other), fingerprint);
});
