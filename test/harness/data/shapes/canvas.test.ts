import test from 'ava';
import {
	createCanvas,
	fillCanvas,
	fillOutline,
	type Placement,
} from '../../../../harness/data/shapes/canvas.ts';
import { plainPaint } from '../../../../harness/data/shapes/figure.ts';
import { box, ellipse, line, type Outline, polygon } from '../../../../harness/data/shapes/outline.ts';

const asIs: Placement = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };
const white = plainPaint([1, 1, 1]);

/** Red channel of a black canvas with one white outline on it. */
function cover(resolution: number, outline: Outline, placement = asIs): number[] {
	const canvas = createCanvas(resolution);
	fillOutline(canvas, outline, placement, white);
	return Array.from({ length: resolution * resolution }, (_, pixel) => canvas.values[pixel * 3]);
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

test('a pixel takes the paint by the part of its area inside the outline', t => {
	// From (0.5, 0.25) to (2, 1.5) in pixels.
	t.deepEqual(cover(4, box(0.125, 0.0625, 0.5, 0.375)), [
		0.375,
		0.75,
		0,
		0,
		0.25,
		0.5,
		0,
		0,
		...Array(8).fill(0),
	]);
	// The diagonal halves the pixels it runs through.
	t.deepEqual(cover(2, polygon(0, 0, 1, 0, 0, 1)), [1, 0.5, 0.5, 0]);
	// A slope of one pixel down for two across: quarter and three quarters.
	t.deepEqual(cover(2, polygon(0, 0, 1, 0.5, 1, 1, 0, 1)), [0.75, 0.25, 1, 1]);
});

test('both directions of an outline cover the same', t => {
	const there = [0.1, 0.2, 0.9, 0.3, 0.6, 0.95];
	const back = [0.6, 0.95, 0.9, 0.3, 0.1, 0.2];
	t.deepEqual(
		cover(8, there).map(value => value.toFixed(5)),
		cover(8, back).map(value => value.toFixed(5)),
	);
});

test('the covered area of outlines is their area', t => {
	const pixels = 32 * 32;
	const near = (outline: Outline, area: number): void => {
		const covered = total(cover(32, outline)) / pixels;
		t.true(Math.abs(covered - area) < 0.01 * area, `${covered} against ${area}`);
	};
	near(line(0.1, 0.2, 0.7, 1, 0.1), 0.1);
	near(ellipse({ x: 0.5, y: 0.5, radiusX: 0.4, radiusY: 0.3 }), Math.PI * 0.12);
	near(
		ellipse({ x: 0.5, y: 0.5, radiusX: 0.4, radiusY: 0.3, from: Math.PI, to: 2 * Math.PI }),
		Math.PI * 0.06,
	);
});

test('what lies outside of the picture is cut off at its border', t => {
	t.deepEqual(cover(2, box(-1, -1, 0.5, 0.5)), [1, 0, 0, 0]);
	t.deepEqual(cover(2, box(0.5, 0.5, 3, 3)), [0, 0, 0, 1]);
	t.deepEqual(cover(2, box(-1, -1, 3, 3)), [1, 1, 1, 1]);
	t.deepEqual(cover(2, box(2, 0, 3, 1)), [0, 0, 0, 0]);
	t.deepEqual(cover(2, box(-2, 0, -1, 1)), [0, 0, 0, 0]);
	t.deepEqual(cover(2, box(0, 2, 1, 3)), [0, 0, 0, 0]);
});

test('a fill leaves no trace for the next one', t => {
	const canvas = createCanvas(8);
	fillOutline(canvas, ellipse({ x: 0.9, y: 0.4, radiusX: 0.6, radiusY: 0.3 }), asIs, white);
	t.true(canvas.areas.every(value => value === 0));
	fillCanvas(canvas, plainPaint([0.25, 0.5, 0.75]));
	t.deepEqual([...canvas.values.subarray(0, 6)], [0.25, 0.5, 0.75, 0.25, 0.5, 0.75]);
});

test('a placement turns, scales and moves', t => {
	// A quarter turn of the left half about the middle gives the upper half.
	const turned = cover(2, box(-1, -1, 0, 1), { a: 0, b: -0.5, c: 0.5, d: 0, e: 0.5, f: 0.5 });
	t.deepEqual(turned, [1, 1, 0, 0]);
});
