import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { EnvironmentError } from '../../../../harness/errors.ts';
import type { GraphNode } from '../../../../harness/tensor/compile/graph.ts';
import { openSession } from '../../../../harness/tensor/compile/session.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';

const float32 = { type: 1 } as const;
const input: GraphNode = {
	name: 'x',
	operation: 'Placeholder',
	inputs: [],
	attributes: { dtype: float32, shape: { shape: [2] } },
};

test.serial('a graph runs on what it is fed and leaves no file behind', t => {
	// A folder for temporary files of its own: other processes load graphs too.
	const { TMPDIR } = process.env;
	const temporary = mkdtempSync(path.join(tmpdir(), 'fewer-labels-session-'));
	process.env.TMPDIR = temporary;
	const twice: GraphNode = {
		name: 'twice',
		operation: 'AddV2',
		inputs: ['x:0', 'x:0'],
		attributes: { T: float32 },
	};
	const session = openSession([input, twice]);
	const values = tf.tidy(() => [
		...session.run(new Map([['x', tf.tensor1d([1, 2])]]), ['twice:0'])[0].dataSync(),
	]);
	t.deepEqual(values, [2, 4]);
	session.close();
	t.deepEqual(readdirSync(temporary), []);
	rmdirSync(temporary);
	if (TMPDIR === undefined) delete process.env.TMPDIR;
	else process.env.TMPDIR = TMPDIR;
});

test.serial('a graph that TensorFlow refuses is an error with its reason', t => {
	const broken: GraphNode = { name: 'y', operation: 'NoSuchOperation', inputs: ['x:0'], attributes: {} };
	const error = t.throws(() => openSession([input, broken]), { instanceOf: EnvironmentError });
	t.regex(
		error?.message ?? '',
		/^compile: TensorFlow could not load a graph of 2 nodes \(.*NoSuchOperation/su,
	);
	t.regex(error?.fix ?? '', /--eager/u);
});
