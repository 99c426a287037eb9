import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { readGivenInputs } from '../../../harness/samples/read-inputs.ts';
import { encodeNpyHeader } from '../../../harness/tensor/npy-file.ts';
import { temporaryFolder } from '../data/temporary-folder.ts';

function write(file: string, descr: string, shape: number[], values: ArrayBufferView): string {
	const data = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
	writeFileSync(file, Buffer.concat([encodeNpyHeader(shape, descr), data]));
	return file;
}

test('latents and labels are read in every type that NumPy has for them', t => {
	const folder = temporaryFolder(t);
	const file = path.join(folder, 'a.npy');
	const floats = { '<f4': Float32Array.of(0.5, -1), '<f8': Float64Array.of(0.5, -1) };
	for (const [descr, values] of Object.entries(floats)) {
		const { latents } = readGivenInputs({ latents: write(file, descr, [1, 2], values) });
		t.deepEqual(latents, { shape: [1, 2], values: Float32Array.of(0.5, -1) });
	}
	const whole = {
		'|u1': Uint8Array.of(7, 1),
		'|i1': Int8Array.of(7, 1),
		'<u2': Uint16Array.of(7, 1),
		'<i2': Int16Array.of(7, 1),
		'<u4': Uint32Array.of(7, 1),
		'<i4': Int32Array.of(7, 1),
		'<u8': BigUint64Array.of(7n, 1n),
		'<i8': BigInt64Array.of(7n, 1n),
	};
	for (const [descr, values] of Object.entries(whole)) {
		const { labels } = readGivenInputs({ labels: write(file, descr, [2], values) });
		t.deepEqual([...labels!.values], [7, 1], descr);
	}
	const rows = readGivenInputs({ labels: write(file, '<f4', [1, 2], Float32Array.of(0.5, 0.5)) });
	t.deepEqual(rows.labels!.shape, [1, 2]);
});

test('other types, shapes and damaged files are refused', t => {
	const folder = temporaryFolder(t);
	const at = (name: string) => path.join(folder, name);
	const refused = (files: { latents?: string; labels?: string }, message: RegExp): void => {
		t.throws(() => readGivenInputs(files), { instanceOf: UsageError, message });
	};
	refused(
		{ latents: write(at('i.npy'), '<i4', [1, 2], Int32Array.of(1, 2)) },
		/expected latents of type <f4/u,
	);
	refused({ labels: write(at('f.npy'), '<f4', [2], Float32Array.of(1, 2)) }, /expected whole numbers/u);
	refused({ labels: write(at('b.npy'), '|b1', [2], Uint8Array.of(1, 0)) }, /got \|b1$/u);
	refused(
		{ labels: write(at('s.npy'), '<i4', [3], Int32Array.of(1, 2)) },
		/needs 12 bytes of values, got 8$/u,
	);
	refused({ latents: at('none.npy') }, /cannot be read/u);
	writeFileSync(at('no.npy'), 'nothing');
	refused({ latents: at('no.npy') }, /not a NumPy array/u);
});
