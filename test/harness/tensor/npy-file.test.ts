import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { EnvironmentError, UsageError } from '../../../harness/errors.ts';
import { readNpy, writeNpy } from '../../../harness/tensor/npy-file.ts';

const golden = JSON.parse(
	readFileSync(new URL('../../fixtures/pretraining/npy.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, string>>;

function temporaryFolder(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'npy-'));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

const arrays = {
	int32: { shape: [7], type: 'int32', parts: [Int32Array.of(-3, -2, -1), Int32Array.of(0, 1, 2, 3)] },
	float32: { shape: [2, 3], type: 'float32', parts: [Float32Array.of(-0.25, -0.125, 0, 0.125, 0.25, 0.375)] },
	'three axes': {
		shape: [2, 3, 4],
		type: 'float32',
		parts: [Float32Array.from({ length: 24 }, (_, index) => index)],
	},
	empty: { shape: [0, 5], type: 'float32', parts: [] },
} as const;

for (const [name, content] of Object.entries(arrays)) {
	test(`${name}: the file is byte for byte that of numpy.save, and reads back`, t => {
		const file = path.join(temporaryFolder(t), 'deep', 'array.npy');
		writeNpy(file, content);
		t.deepEqual(readFileSync(file), Buffer.from(golden[name], 'base64'));
		const { shape, values } = readNpy(file);
		t.deepEqual(shape, [...content.shape]);
		t.deepEqual(
			[...values],
			content.parts.flatMap((part: Float32Array | Int32Array) => [...part]),
		);
		t.is(values instanceof Float32Array, content.type === 'float32');
	});
}

for (const [name, message] of [
	['float64', /expected values of type <f4 or <i4, got <f8$/u],
	['fortran', /expected C order, got Fortran order$/u],
] as const) {
	test(`${name} is refused`, t => {
		const file = path.join(temporaryFolder(t), 'array.npy');
		writeFileSync(file, Buffer.from(golden[name], 'base64'));
		t.throws(() => readNpy(file), { instanceOf: UsageError, message });
	});
}

test('a file that is cut short is refused, and so is one that is not there', t => {
	const file = path.join(temporaryFolder(t), 'array.npy');
	writeFileSync(file, Buffer.from(golden.float32, 'base64').subarray(0, -1));
	t.throws(() => readNpy(file), {
		instanceOf: UsageError,
		message: /shape \[2,3\] needs 24 bytes of values, got 23$/u,
	});
	t.throws(() => readNpy(`${file}.other`), { instanceOf: UsageError, message: /cannot be read/u });
});

test('values of another number or type leave no file behind', t => {
	const folder = temporaryFolder(t);
	const file = path.join(folder, 'array.npy');
	t.throws(() => writeNpy(file, { shape: [3], type: 'int32', parts: [new Int32Array(2)] }), {
		message: 'npy: shape [3] holds 3 values, got 2',
	});
	t.throws(() => writeNpy(file, { shape: [2], type: 'int32', parts: [new Float32Array(2)] }), {
		message: 'npy: expected values of type int32, got float32',
	});
	t.deepEqual(readdirSync(folder), []);
});

test('a folder in the way is named', t => {
	const file = path.join(temporaryFolder(t), 'array.npy');
	mkdirSync(file);
	t.throws(() => writeNpy(file, { shape: [0], type: 'int32', parts: [] }), {
		instanceOf: EnvironmentError,
		message: `Cannot write ${file}: the path is a folder, not a file (EISDIR)`,
	});
});
