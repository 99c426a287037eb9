import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { UsageError } from '../../../../../harness/errors.ts';
import { readZipFile } from '../../../../../harness/metrics/inception/weights/zip-file.ts';
import { fixture, npyOf, zipOf } from '../weight-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'inception-zip-'));
test.after.always(() => rmSync(folder, { recursive: true }));

// NumPy's own files: ci/golden/inception-state-dictionaries.py.
const pathOf = (name: string): string => fileURLToPath(fixture(name));

test('reads arrays of NumPy, stored or deflated, in both orders, under names with slashes', async t => {
	const values = Float32Array.of(0, 1, 2, 3, 4, 5);
	t.deepEqual(
		[...(await readZipFile(pathOf('small.npz'))).found],
		[
			['a/plain', { shape: [2, 3], type: 'float32', values }],
			['fortran', { shape: [2, 3], type: 'float32', values }],
			['double', { shape: [2, 3], type: 'float64', values: undefined }],
			['scalar', { shape: [], type: 'float32', values: Float32Array.of(3) }],
		],
	);
	t.deepEqual((await readZipFile(pathOf('small-deflated.npz'))).found.get('plain')?.values, values);
});

const refused = test.macro(async (t, make: () => Buffer, problem: RegExp) => {
	const file = path.join(folder, `${t.title.replaceAll(/\W+/gu, '-')}.npz`);
	writeFileSync(file, make());
	const error = await t.throwsAsync(readZipFile(file), { instanceOf: UsageError });
	t.regex(error!.message, problem);
});

const array = npyOf([2], Float32Array.of(1, 2));

test(
	'a bomb is refused before it is unpacked',
	refused,
	() => {
		const bytes = zipOf([['a.npy', array]]);
		// The size in the directory: 24 bytes into its only entry.
		bytes.writeUInt32LE(0xf000_0000, bytes.indexOf('PK\x01\x02', 0, 'latin1') + 24);
		return bytes;
	},
	/: it would unpack to 4026531840 bytes, Inception takes 96 MB$/u,
);
test(
	'an entry that is longer than it claims is refused',
	refused,
	() => {
		const bytes = readFileSync(pathOf('small-deflated.npz'));
		bytes.writeUInt32LE(10, bytes.indexOf('PK\x01\x02', 0, 'latin1') + 24);
		return bytes;
	},
	/: not a complete zip file \(plain\.npy is longer than it claims\)$/u,
);
test(
	'a changed byte is refused',
	refused,
	() => {
		const bytes = zipOf([['a.npy', array]]);
		bytes[30 + 'a.npy'.length + array.length - 1] ^= 1;
		return bytes;
	},
	/: not a complete zip file \(wrong checksum of a\.npy\)$/u,
);
test(
	'a directory that claims gigabytes is refused before memory is taken',
	refused,
	() => {
		const bytes = zipOf([['a.npy', array]]);
		// The size of the directory: 12 bytes into the end record, which is the last 22.
		bytes.writeUInt32LE(0xffff_fff0, bytes.length - 22 + 12);
		return bytes;
	},
	/: not a complete zip file \(its directory lies beyond its end\)$/u,
);
test(
	'an array of objects is refused',
	refused,
	() => readFileSync(pathOf('objects.npz')),
	/'objects': not a NumPy array: it holds Python objects, which would have to be executed to be read$/u,
);
test(
	'a dictionary without its data is refused',
	refused,
	() => {
		const pickle = Buffer.from(
			'\x80\x02}X\x01\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x01tQK\x00K\x01\x85K\x01\x85\x89)tRs.',
			'latin1',
		);
		return zipOf([['x/data.pkl', pickle]]);
	},
	/: it has no entry 'x\/data\/0', which a tensor refers to$/u,
);
test(
	'big-endian numbers are refused',
	refused,
	() =>
		zipOf([
			['x/data.pkl', Buffer.from('\x80\x02}.', 'latin1')],
			['x/byteorder', Buffer.from('big')],
		]),
	/: its numbers are not little-endian$/u,
);
test(
	'an empty zip file is refused',
	refused,
	() => zipOf([]),
	/: it is a zip file of neither NumPy nor PyTorch$/u,
);
