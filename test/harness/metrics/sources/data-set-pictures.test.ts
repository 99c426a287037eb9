import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { pack } from '../../../../harness/data/packed/pack.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { openDataSetPictures } from '../../../../harness/metrics/sources/data-set-pictures.ts';
import { encodeNpy } from '../../../../harness/metrics/sources/npz-writer.ts';
import { openStoredArrays } from '../../../../harness/metrics/sources/stored-array.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';
import { plainPng } from './fixtures.ts';

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

test('a packed set is a source of its own resolution, with classes; its images are read from disk', async t => {
	const folder = temporaryFolder(t);
	for (const split of ['train', 'test']) {
		for (const [label, name] of ['ant', 'bee'].entries()) {
			const pictures = path.join(folder, 'images', split, name);
			mkdirSync(pictures, { recursive: true });
			for (let image = 0; image < 3; image++) {
				writeFileSync(path.join(pictures, `${image}.png`), plainPng(20, 20, [80 * image, 200 * label, 7]));
			}
		}
	}
	const packed = path.join(folder, 'packed');
	await pack({ source: `folder:${path.join(folder, 'images')}`, folder: packed, resolution: 16 });
	const opened = new Map();
	for (const split of ['test', 'train'] as const) {
		const source = await openDataSetPictures(`packed:${packed}`, { split, opened });
		t.is(source.count, 6);
		t.is(source.split, split);
		t.deepEqual(Array.from(source.labels!.values).sort(), [0, 0, 0, 1, 1, 1]);
		t.deepEqual(source.labels!.names, ['ant', 'bee']);
		const stacks = [...source.stacks({ jpegDecoding: 'integer-fast', batchSize: 4 })];
		t.deepEqual(
			stacks.map(({ count, height, width }) => [count, height, width]),
			[
				[4, 16, 16],
				[2, 16, 16],
			],
		);
		t.deepEqual([...stacks[0].pixels.subarray(0, 2)], [0, 200 * source.labels!.values[0]]);
	}
	t.is(opened.size, 1);
	await t.throwsAsync(openDataSetPictures(`packed:${packed}`, { split: 'test', resolution: 32 }), {
		instanceOf: UsageError,
	});
});
