import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { type FloatRange, openArrayPictures } from '../../../../harness/metrics/sources/array-pictures.ts';
import { encodeNpy, type NpyArray } from '../../../../harness/metrics/sources/npz-writer.ts';
import { openStoredArrays } from '../../../../harness/metrics/sources/stored-array.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';
import { arrayPixels, fixture } from './fixtures.ts';

const reading = { jpegDecoding: 'integer-accurate', batchSize: 2 } as const;

async function open(t: ExecutionContext, file: string, range?: FloatRange) {
	const { arrays, close } = await openStoredArrays(file, temporaryFolder(t));
	t.teardown(close);
	return openArrayPictures(arrays[0], range, close);
}

async function openNew(t: ExecutionContext, array: NpyArray, range?: FloatRange) {
	const file = path.join(temporaryFolder(t), 'x.npy');
	writeFileSync(file, encodeNpy(array));
	return open(t, file, range);
}

test('bytes come in batches, the last one smaller', async t => {
	const source = await open(t, fixture('arrays/images.npy'));
	t.is(source.count, 5);
	const stacks = [...source.stacks(reading)];
	t.deepEqual(
		stacks.map(({ count, height, width }) => [count, height, width]),
		[
			[2, 4, 6],
			[2, 4, 6],
			[1, 4, 6],
		],
	);
	t.deepEqual(
		stacks.flatMap(({ pixels }) => [...pixels]),
		[...arrayPixels],
	);
});

test('floats become [0, 255] by their range and are not rounded', async t => {
	for (const [name, range] of [
		['unit.npy', [0, 1]],
		['double.npy', [-1, 1]],
	] as const) {
		const [stack] = (await open(t, fixture('arrays', name), range)).stacks(reading);
		t.true(stack.pixels instanceof Float32Array);
		for (const [index, pixel] of stack.pixels.entries()) {
			t.true(Math.abs(pixel - arrayPixels[index]) < 1e-4);
		}
	}
	const source = await openNew(t, { shape: [1, 1, 1, 3], values: Float32Array.of(0.5, 0.25, 1) }, [0, 1]);
	t.deepEqual([...[...source.stacks(reading)][0].pixels], [127.5, 63.75, 255]);
});

test('gray images get three equal channels', async t => {
	const [{ pixels }] = (await open(t, fixture('arrays/gray.npy'))).stacks(reading);
	t.deepEqual([...pixels.subarray(0, 6)], [0, 0, 0, 21, 21, 21]);
	t.is(pixels.length, 2 * 4 * 6 * 3);
});

test('floats without a range are refused', async t => {
	const file = fixture('arrays/unit.npy');
	const error = await t.throwsAsync(open(t, file), { instanceOf: UsageError });
	t.is(error.message, `${file}: array 'unit.npy' holds floats, whose range must be known, got <f4 [5,4,6,3]`);
	t.is(error.fix, 'add --float-range 0,1 or -1,1 or 0,255 (black, white), or save uint8');
});

test('images with the channels first are refused with the way out', async t => {
	const file = fixture('arrays/planar.npy');
	const error = await t.throwsAsync(open(t, file), { instanceOf: UsageError });
	t.is(
		error.message,
		`${file}: array 'planar.npy': expected images [n, height, width, 3] or [n, height, width, 1], got |u1 [5,3,4,6]`,
	);
	t.is(error.fix, 'the channels come first: save array.transpose(0, 2, 3, 1)');
});

test('no image is refused', async t => {
	await t.throwsAsync(openNew(t, { shape: [0, 2, 2, 3], values: new Uint8Array() }), {
		message: /expected at least one pixel, got \|u1 \[0,2,2,3\]$/u,
	});
});

for (const [what, value, text] of [
	['NaN', Number.NaN, 'NaN'],
	['infinity', Number.POSITIVE_INFINITY, 'Infinity'],
	['a value outside the range', 1.5, '1.5'],
	['a negative value', -0.5, '-0.5'],
] as const) {
	test(`${what} is refused, naming the image`, async t => {
		const values = new Float32Array(4 * 3);
		values[7] = value;
		const source = await openNew(t, { shape: [4, 1, 1, 3], values }, [0, 1]);
		const error = t.throws(() => [...source.stacks(reading)], { instanceOf: UsageError });
		t.is(error.message, `${source.name}: array 'x.npy': image 2: expected pixels from 0 to 1, got ${text}`);
	});
}

test('the same floats under another range are another content', async t => {
	const digest = async (range: FloatRange) =>
		(await open(t, fixture('arrays/unit.npy'), range)).digest(() => {});
	t.not(await digest([0, 1]), await digest([0, 255]));
});
