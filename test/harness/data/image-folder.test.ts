import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { PNG } from 'pngjs';
import { loadImageFolder } from '../../../harness/data/image-folder.ts';
import { UsageError } from '../../../harness/errors.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A one-colored PNG, 6 wide and 4 high. */
function writeImage(file: string, color: readonly number[]): void {
	const png = new PNG({ width: 6, height: 4 });
	for (let pixel = 0; pixel < 24; pixel++) png.data.set([...color, 255], pixel * 4);
	mkdirSync(path.dirname(file), { recursive: true });
	writeFileSync(file, PNG.sync.write(png));
}

/** Red class `a` and blue class `b`, 8 training and 2 held-out images each, number in the green channel. */
function writeFolder(t: ExecutionContext): string {
	const folder = temporaryFolder(t);
	for (const [split, count] of [
		['train', 8],
		['val', 2],
	] as const) {
		for (let index = 0; index < count; index++) {
			writeImage(path.join(folder, split, 'a', `${index}.png`), [200, index, 0]);
			writeImage(path.join(folder, split, 'b', `${index}.png`), [0, index, 200]);
		}
	}
	return folder;
}

test('images become bytes in the order of class and name', async t => {
	const folder = writeFolder(t);
	const lines: string[] = [];
	const before = tf.memory().numTensors;
	const dataSet = await loadImageFolder({ folder, resolution: 4, seed: 1, report: line => lines.push(line) });
	t.is(tf.memory().numTensors, before);
	t.is(dataSet.name, `${path.basename(folder)}-4`);
	t.deepEqual(dataSet.classNames, ['a', 'b']);
	t.is(dataSet.train.pixels.length, 16 * 48);
	for (let image = 0; image < 16; image++) {
		const label = image < 8 ? 0 : 1;
		t.is(dataSet.train.labels[image], label);
		const expected = label === 0 ? [200, image, 0] : [0, image - 8, 200];
		for (let value = 0; value < 48; value++) {
			t.is(dataSet.train.pixels[image * 48 + value], expected[value % 3]);
		}
	}
	t.deepEqual([...dataSet.test.labels], [0, 0, 1, 1]);
	t.is(dataSet.train.names!()[9], path.join('train', 'b', '1.png'));
	t.is(dataSet.test.names!().length, 4);
	t.deepEqual(lines, ['folder: train: 16 images decoded', 'folder: test: 4 images decoded']);
	t.regex(
		dataSet.recipe,
		/centre square.*corner rule.*rounded half up.*4×4; train\/ and val\/ as given; train all 16; test all 4$/u,
	);
});

test('a subset is balanced, and only its images are decoded', async t => {
	const folder = writeFolder(t);
	const options = { folder, resolution: 4, seed: 1, trainCount: 6, testCount: 2 };
	const dataSet = await loadImageFolder(options);
	t.deepEqual([...dataSet.train.labels], [0, 0, 0, 1, 1, 1]);
	t.deepEqual([...dataSet.test.labels], [0, 1]);
	t.regex(dataSet.recipe, /train 6 of 16, class-balanced, seed 1; test 2 of 4, class-balanced, seed 1$/u);
	t.deepEqual(await loadImageFolder(options), dataSet);
	// The green channel holds the number of the image within its class: break every image that was not drawn.
	const kept = new Set([0, 1, 2].map(image => dataSet.train.pixels[image * 48 + 1]));
	t.is(kept.size, 3);
	for (let index = 0; index < 8; index++) {
		if (!kept.has(index)) writeFileSync(path.join(folder, 'train', 'a', `${index}.png`), 'broken');
	}
	t.is((await loadImageFolder(options)).digest, dataSet.digest);
});

test('equal content gives equal digests wherever the folder is; one changed byte does not', async t => {
	const [one, other] = [writeFolder(t), writeFolder(t)];
	const digest = async (folder: string): Promise<string> =>
		(await loadImageFolder({ folder, resolution: 4, seed: 1 })).digest;
	t.is(await digest(one), await digest(other));
	writeImage(path.join(other, 'val', 'b', '1.png'), [0, 1, 201]);
	t.not(await digest(one), await digest(other));
});

test('a corrupt file is named with the reason', async t => {
	const folder = writeFolder(t);
	const file = path.join(folder, 'train', 'b', '3.png');
	writeFileSync(file, 'not an image');
	const before = tf.memory().numTensors;
	const error = await t.throwsAsync(loadImageFolder({ folder, resolution: 4, seed: 1 }), {
		instanceOf: UsageError,
		message: `folder: ${file} cannot be read as an image: the content is neither JPEG nor PNG`,
	});
	t.is((error as UsageError).fix, 'replace or remove the file');
	t.is(tf.memory().numTensors, before);
});

test('a truncated file is named with the reason that TensorFlow gives', async t => {
	const folder = writeFolder(t);
	const file = path.join(folder, 'train', 'b', '3.png');
	writeFileSync(file, readFileSync(file).subarray(0, 40));
	const error = await t.throwsAsync(loadImageFolder({ folder, resolution: 4, seed: 1 }), {
		instanceOf: UsageError,
	});
	const start = `folder: ${file} cannot be read as an image: `;
	t.true(error?.message.startsWith(start));
	t.regex(error?.message.slice(start.length) ?? '', /^(?!Invalid TF_Status)[^\n]+$/u);
});
