import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { encodeNpy, encodeNpz } from '../../../../harness/metrics/sources/npz-writer.ts';
import { openStoredArrays } from '../../../../harness/metrics/sources/stored-array.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';
import { arrayPixels, fixture } from './fixtures.ts';

test('a .npy has the bytes that NumPy writes', t => {
	t.deepEqual(
		encodeNpy({ shape: [5, 4, 6, 3], values: arrayPixels }),
		readFileSync(fixture('arrays/images.npy')),
	);
	const unit = Float32Array.from(arrayPixels, value => Math.fround(value) / 255);
	t.deepEqual(encodeNpy({ shape: [5, 4, 6, 3], values: unit }), readFileSync(fixture('arrays/unit.npy')));
});

test('an archive reads back, and equal arrays give equal bytes', async t => {
	const arrays = new Map([
		['mu', { shape: [2], values: Float64Array.of(1.5, -2) }],
		['sigma', { shape: [2, 2], values: Float64Array.of(1, 0.25, 0.25, 2) }],
	]);
	const folder = temporaryFolder(t);
	const file = path.join(folder, 'x.npz');
	writeFileSync(file, encodeNpz(arrays));
	t.deepEqual(encodeNpz(arrays), readFileSync(file));
	const { arrays: found, close } = await openStoredArrays(file, folder);
	t.deepEqual(
		found.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
		[
			{ name: 'mu', dtype: '<f8', shape: [2] },
			{ name: 'sigma', dtype: '<f8', shape: [2, 2] },
		],
	);
	t.is(found[0].readRows(1, 2).readDoubleLE(0), -2);
	for (const array of found) t.regex(await array.digest(() => {}), /^[0-9a-f]{64}$/u);
	close();
});

test('a shape that does not fit is refused', t => {
	t.throws(() => encodeNpy({ shape: [3], values: new Uint8Array(2) }), {
		instanceOf: RangeError,
		message: 'array: shape [3] holds 3 values, got 2',
	});
});
