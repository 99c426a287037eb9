import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { RunFailedError } from '../../../../harness/errors.ts';
import {
	assignTensors,
	firstNonFinite,
	sourcesOf,
} from '../../../../harness/run/checkpoint/named-tensors.ts';
import { namedPretrainingState } from '../../../../harness/run/checkpoint/pretraining-checkpoint.ts';
import { writeTensorFile } from '../../../../harness/run/checkpoint/tensor-file.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { createResNetV2State, disposeResNetV2State } from '../../../../methods/networks/resnet-v2/state.ts';
import { networkConfig } from '../../../../methods/pretraining/feature-extractor.ts';
import { createVelocities } from '../../../../methods/pretraining/momentum.ts';
import type { PretrainingOptions } from '../../../../methods/pretraining/options.ts';
import type { PretrainingState } from '../../../../methods/pretraining/update.ts';
import { tinyOptions } from '../../../methods/pretraining/support/tiny.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-pretraining-checkpoint-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

function createState(options: Partial<PretrainingOptions> = {}, seed = 1): PretrainingState {
	const network = createResNetV2State(networkConfig({ ...tinyOptions, ...options }, 10), seed);
	return { network, velocities: createVelocities(network.network.parameters) };
}

function dispose({ network, velocities }: PretrainingState): void {
	disposeResNetV2State(network);
	tf.dispose([...velocities.values()]);
}

const valuesOf = (state: PretrainingState) =>
	[...namedPretrainingState(state)].map(([name, variable]) => [name, [...variable.dataSync()]]);

test.serial(
	'a checkpoint holds every tensor of the state, by different names, and restores all of them',
	t => {
		const before = tf.memory().numTensors;
		const state = createState();
		const allocated = tf.memory().numTensors - before;
		tf.tidy(() => {
			for (const [index, velocity] of [...state.velocities.values()].entries()) {
				velocity.assign(tf.fill(velocity.shape, index + 0.5));
			}
		});
		const sources = sourcesOf(namedPretrainingState(state));
		t.is(sources.length, allocated);
		t.is(new Set(sources.map(({ name }) => name)).size, allocated);
		const file = path.join(folder, 'whole.safetensors');
		writeTensorFile(file, sources);
		const other = createState({}, 2);
		t.notDeepEqual(valuesOf(other), valuesOf(state));
		assignTensors(namedPretrainingState(other), file);
		t.deepEqual(valuesOf(other), valuesOf(state));
		dispose(state);
		dispose(other);
		t.is(tf.memory().numTensors, before);
	},
);

test.serial('tensors of another network are refused by name', t => {
	const wide = createState({ widening: 0.5 });
	const state = createState();
	const file = path.join(folder, 'wide.safetensors');
	writeTensorFile(file, sourcesOf(namedPretrainingState(wide)));
	t.throws(() => assignTensors(namedPretrainingState(state), file), {
		instanceOf: RunFailedError,
		message: /\[[\d,]+\] is no tensor of these networks$/u,
	});
	const few = path.join(folder, 'few.safetensors');
	writeTensorFile(few, sourcesOf(namedPretrainingState(state)).slice(1));
	t.throws(() => assignTensors(namedPretrainingState(state), few), {
		instanceOf: RunFailedError,
		message: /few\.safetensors: \S+ is missing$/u,
	});
	dispose(wide);
	dispose(state);
});

test.serial('the first variable that is not finite is found', t => {
	const state = createState();
	t.is(firstNonFinite(namedPretrainingState(state)), undefined);
	const [name, velocity] = [...state.velocities][3];
	const before = tf.memory().numTensors;
	tf.tidy(() => velocity.assign(tf.fill(velocity.shape, Number.NaN)));
	t.is(firstNonFinite(namedPretrainingState(state)), `${name}/Momentum`);
	t.is(tf.memory().numTensors, before);
	dispose(state);
});
