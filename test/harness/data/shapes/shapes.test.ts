import test from 'ava';
import type { MemorySplit } from '../../../../harness/data/data-set.ts';
import { drawShapes, isShapesResolution, shapesClassCount } from '../../../../harness/data/shapes/shapes.ts';
import { nearestCentroidAccuracy } from '../nearest-centroid.ts';

const resolution = 32;
const imageBytes = resolution * resolution * 3;
const dataSet = drawShapes({ resolution, seed: 1, trainCount: 1500, testCount: 500 });

const imageOf = (split: MemorySplit, index: number): Uint8Array =>
	split.pixels.subarray(index * imageBytes, (index + 1) * imageBytes);

const hexOf = (split: MemorySplit): string[] =>
	Array.from({ length: split.count }, (_, index) => Buffer.from(imageOf(split, index)).toString('hex'));

/** How much brightness changes in each block of 4 × 4 pixels of the image turned by quarter turns: 64 values. */
function edgeFeatures(pixels: Uint8Array, quarterTurns: number): Float64Array {
	const brightness = (row: number, column: number): number => {
		let [y, x] = [row, column];
		for (let turn = 0; turn < quarterTurns; turn++) [y, x] = [x, resolution - 1 - y];
		const offset = (y * resolution + x) * 3;
		return pixels[offset] + pixels[offset + 1] + pixels[offset + 2];
	};
	const blocks = new Float64Array(64);
	for (let row = 0; row < resolution - 1; row++) {
		for (let column = 0; column < resolution - 1; column++) {
			const here = brightness(row, column);
			const change =
				Math.abs(here - brightness(row + 1, column)) + Math.abs(here - brightness(row, column + 1));
			blocks[(row >> 2) * 8 + (column >> 2)] += change;
		}
	}
	const norm = Math.hypot(...blocks);
	return blocks.map(value => value / norm);
}

const meanColor = (pixels: Uint8Array): Float64Array => {
	const sums = new Float64Array(3);
	for (const [index, value] of pixels.entries()) sums[index % 3] += value / (255 * resolution * resolution);
	return sums;
};

const featuresOf = (
	split: MemorySplit,
	extract: (pixels: Uint8Array, index: number) => Float64Array,
): Float64Array[] => Array.from({ length: split.count }, (_, index) => extract(imageOf(split, index), index));

test('the same options give the same bytes, and another seed gives other ones', t => {
	const options = { resolution: 16, seed: 3, trainCount: 20, testCount: 10 };
	const first = drawShapes(options);
	t.deepEqual(drawShapes(options), first);
	t.not(drawShapes({ ...options, seed: 4 }).digest, first.digest);
	t.is(first.name, 'shapes-16');
	t.is(first.recipe, 'shapes: built-in drawings version 1, seed 3, 16×16, 20 train, 10 test');
});

test('version 1 of the drawings has not changed', t => {
	// Not an outside number: it tells that drawingVersion must go up, or that this engine rounds differently.
	t.is(
		drawShapes({ resolution: 32, seed: 1, trainCount: 40, testCount: 20 }).digest,
		'87fb0f8a4301e3d411299cc50f76c1c97b684353d3090fcd26ebcdbdf3ed8766',
	);
});

test('a picture does not depend on how many are drawn', t => {
	const fewer = drawShapes({ resolution, seed: 1, trainCount: 30, testCount: 20 });
	t.deepEqual(fewer.train.pixels, dataSet.train.pixels.slice(0, 30 * imageBytes));
	t.deepEqual(fewer.test.pixels, dataSet.test.pixels.slice(0, 20 * imageBytes));
});

test('all pictures of both splits differ', t => {
	const all = [...hexOf(dataSet.train), ...hexOf(dataSet.test)];
	t.is(new Set(all).size, 2000);
});

test('classes are balanced', t => {
	t.is(shapesClassCount, 10);
	t.is(dataSet.classNames.length, 10);
	for (const [split, expected] of [
		[dataSet.train, 150],
		[dataSet.test, 50],
	] as const) {
		const counts = new Array<number>(10).fill(0);
		for (const label of split.labels) counts[label]++;
		t.deepEqual(counts, new Array(10).fill(expected));
	}
});

test('the geometry of a picture is the same at another resolution', t => {
	const double = drawShapes({ resolution: 64, seed: 1, trainCount: 50, testCount: 10 });
	let difference = 0;
	for (let index = 0; index < 50; index++) {
		for (let pixel = 0; pixel < resolution * resolution; pixel++) {
			const row = Math.floor(pixel / resolution) * 2;
			const column = (pixel % resolution) * 2;
			let sum = 0;
			for (const [down, right] of [
				[0, 0],
				[0, 1],
				[1, 0],
				[1, 1],
			]) {
				sum += double.train.pixels[((index * 64 + row + down) * 64 + column + right) * 3];
			}
			difference += Math.abs(sum / 4 - dataSet.train.pixels[index * imageBytes + pixel * 3]);
		}
	}
	const mean = difference / (50 * resolution * resolution);
	// Grain is drawn for each pixel anew, and textures are sampled at pixel centres.
	t.true(mean < 3, `mean difference ${mean} of 255`);
});

test('edges tell the classes apart, but a class mean does not do it for all', t => {
	const accuracy = nearestCentroidAccuracy(
		{ features: featuresOf(dataSet.train, image => edgeFeatures(image, 0)), labels: dataSet.train.labels },
		{ features: featuresOf(dataSet.test, image => edgeFeatures(image, 0)), labels: dataSet.test.labels },
		10,
	);
	t.true(accuracy > 0.35 && accuracy < 0.9, `accuracy ${accuracy}, chance 0.1`);
});

test('color does not tell the classes apart', t => {
	const accuracy = nearestCentroidAccuracy(
		{ features: featuresOf(dataSet.train, meanColor), labels: dataSet.train.labels },
		{ features: featuresOf(dataSet.test, meanColor), labels: dataSet.test.labels },
		10,
	);
	t.true(accuracy < 0.2, `accuracy ${accuracy}, chance 0.1`);
});

test('pictures show how they are turned', t => {
	const turnOf = (_: unknown, index: number): number => index % 4;
	const turned = (split: MemorySplit) => ({
		features: featuresOf(split, (image, index) => edgeFeatures(image, index % 4)),
		labels: Array.from({ length: split.count }, turnOf),
	});
	const accuracy = nearestCentroidAccuracy(turned(dataSet.train), turned(dataSet.test), 4);
	t.true(accuracy > 0.33, `accuracy ${accuracy}, chance 0.25`);
});

test('resolutions are multiples of 16 from 16 to 256', t => {
	t.deepEqual([16, 32, 64, 128, 256].map(isShapesResolution), [true, true, true, true, true]);
	t.deepEqual([8, 24.5, 33, 272, 0, Number.NaN].map(isShapesResolution), new Array(6).fill(false));
});
