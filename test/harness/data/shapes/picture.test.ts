import test from 'ava';
import { createCanvas } from '../../../../harness/data/shapes/canvas.ts';
import { figures } from '../../../../harness/data/shapes/figures.ts';
import { drawPicture } from '../../../../harness/data/shapes/picture.ts';
import { createStream } from '../../../../harness/tensor/random.ts';

const resolution = 32;
const imageBytes = resolution * resolution * 3;

test('a picture does not depend on what was on the canvas before', t => {
	const pixels = new Uint8Array(3 * imageBytes);
	const canvas = createCanvas(resolution);
	drawPicture(canvas, figures.house, createStream(1, 'one'), pixels, 0);
	drawPicture(canvas, figures.cat, createStream(1, 'two'), pixels, imageBytes);
	drawPicture(canvas, figures.house, createStream(1, 'one'), pixels, 2 * imageBytes);
	t.deepEqual(pixels.slice(2 * imageBytes), pixels.slice(0, imageBytes));
	t.notDeepEqual(pixels.slice(imageBytes, 2 * imageBytes), pixels.slice(0, imageBytes));
});

test('a picture is written at its offset only', t => {
	const pixels = new Uint8Array(imageBytes + 20).fill(123);
	drawPicture(createCanvas(resolution), figures.tree, createStream(1, 'tree'), pixels, 10);
	t.deepEqual([...pixels.slice(0, 10), ...pixels.slice(-10)], new Array(20).fill(123));
});

test('pictures use the range of bytes without drowning in its ends', t => {
	const pixels = new Uint8Array(100 * imageBytes);
	const canvas = createCanvas(resolution);
	const names = Object.keys(figures);
	for (let index = 0; index < 100; index++) {
		drawPicture(canvas, figures[names[index % 10]], createStream(1, index), pixels, index * imageBytes);
	}
	const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
	const clipped = pixels.filter(value => value === 0 || value === 255).length / pixels.length;
	t.true(mean > 90 && mean < 165, `mean ${mean}`);
	t.true(clipped < 0.1, `clipped ${clipped}`);
});
