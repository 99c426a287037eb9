import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { openDataSetPictures } from '../../../../harness/metrics/sources/data-set-pictures.ts';
import { encodeNpy } from '../../../../harness/metrics/sources/npz-writer.ts';
import { openStoredArrays } from '../../../../harness/metrics/sources/stored-array.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';

test('the digest of a split is that of an array with the same pixels: one cache entry for both', async t => {
	const lines: string[] = [];
	const source = await openDataSetPictures('shapes', {
		split: 'test',
		resolution: 16,
		report: line => lines.push(line),
	});
	t.is(source.count, 2000);
	t.is(source.split, 'test');
	t.is(lines.length, 1);
	const pixels = new Uint8Array(2000 * 16 * 16 * 3);
	let offset = 0;
	for (const stack of source.stacks({ jpegDecoding: 'integer-fast', batchSize: 300 })) {
		pixels.set(stack.pixels, offset);
		offset += stack.pixels.length;
	}
	t.is(offset, pixels.length);
	const folder = temporaryFolder(t);
	const file = path.join(folder, 'x.npy');
	writeFileSync(file, encodeNpy({ shape: [2000, 16, 16, 3], values: pixels }));
	const { arrays, close } = await openStoredArrays(file, folder);
	t.is(await source.digest(() => {}), await arrays[0].digest(() => {}));
	close();
});
