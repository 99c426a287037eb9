import type { Color } from './colors.ts';
import type { Outline } from './outline.ts';
import { type Texture, textureAt } from './texture.ts';

/** What a surface looks like. */
export interface Paint {
	readonly color: Color;
	/** Second color, which the texture mixes in. */
	readonly other: Color;
	readonly texture: Texture;
}

/** Maps a point (x, y) of a figure to the picture: (a x + b y + e, c x + d y + f), in [0, 1] inside it. */
export interface Placement {
	readonly a: number;
	readonly b: number;
	readonly c: number;
	readonly d: number;
	readonly e: number;
	readonly f: number;
}

/** A square picture that is being drawn. */
export interface Canvas {
	readonly resolution: number;
	/** RGB in [0, 1], row by row: resolution² · 3. */
	readonly values: Float32Array;
	/** Scratch of the fill: signed areas, (resolution + 2) a row. All zero between two fills. */
	readonly areas: Float32Array;
}

export const createCanvas = (resolution: number): Canvas => ({
	resolution,
	values: new Float32Array(resolution * resolution * 3),
	areas: new Float32Array(resolution * (resolution + 2)),
});

function paintPixel(canvas: Canvas, paint: Paint, column: number, row: number, coverage: number): void {
	const { resolution, values } = canvas;
	const mix = textureAt(paint.texture, (column + 0.5) / resolution, (row + 0.5) / resolution);
	const offset = (row * resolution + column) * 3;
	for (let channel = 0; channel < 3; channel++) {
		const wanted = paint.color[channel] + (paint.other[channel] - paint.color[channel]) * mix;
		values[offset + channel] += (wanted - values[offset + channel]) * coverage;
	}
}

/** Paints the whole picture. */
export function fillCanvas(canvas: Canvas, paint: Paint): void {
	for (let row = 0; row < canvas.resolution; row++) {
		for (let column = 0; column < canvas.resolution; column++) paintPixel(canvas, paint, column, row, 1);
	}
}

/**
 * Adds one edge to the signed areas, (x0, y0) to (x1, y1) in pixels. Every piece of the edge inside one pixel
 * covers the part of that pixel to its right, and all pixels further right in the row: the first goes to the
 * pixel, the rest to its neighbour, and a running sum over the row then gives the coverage. This is exact, so
 * that no supersampling is needed.
 */
function addEdge(canvas: Canvas, x0: number, y0: number, x1: number, y1: number): void {
	if (y0 === y1) return;
	const { resolution, areas } = canvas;
	const slope = (x1 - x0) / (y1 - y0);
	const direction = y0 < y1 ? 1 : -1;
	const top = Math.max(0, Math.min(y0, y1));
	const bottom = Math.min(resolution, Math.max(y0, y1));
	for (let row = Math.floor(top); row < bottom; row++) {
		const upper = Math.max(top, row);
		const lower = Math.min(bottom, row + 1);
		if (lower <= upper) continue;
		// What lies left or right of the picture counts at its border.
		const start = Math.max(0, Math.min(resolution, x0 + (upper - y0) * slope));
		const end = Math.max(0, Math.min(resolution, x0 + (lower - y0) * slope));
		const left = Math.min(start, end);
		const right = Math.max(start, end);
		const height = direction * (lower - upper);
		const offset = row * (resolution + 2);
		const firstColumn = Math.floor(left);
		if (right <= firstColumn + 1) {
			const inside = height * (firstColumn + 1 - (left + right) / 2);
			areas[offset + firstColumn] += inside;
			areas[offset + firstColumn + 1] += height - inside;
			continue;
		}
		for (let column = firstColumn; column < right; column++) {
			const from = Math.max(left, column);
			const to = Math.min(right, column + 1);
			const piece = (height * (to - from)) / (right - left);
			const inside = piece * (column + 1 - (from + to) / 2);
			areas[offset + column] += inside;
			areas[offset + column + 1] += piece - inside;
		}
	}
}

/**
 * Fills an outline with anti-aliasing: a pixel takes the paint by the part of its area that lies inside. The
 * outline must not cross itself.
 */
export function fillOutline(canvas: Canvas, outline: Outline, placement: Placement, paint: Paint): void {
	const { resolution, areas } = canvas;
	const { a, b, c, d, e, f } = placement;
	const last = outline.length - 2;
	let x0 = (a * outline[last] + b * outline[last + 1] + e) * resolution;
	let y0 = (c * outline[last] + d * outline[last + 1] + f) * resolution;
	let [left, right, top, bottom] = [x0, x0, y0, y0];
	for (let index = 0; index < outline.length; index += 2) {
		const x1 = (a * outline[index] + b * outline[index + 1] + e) * resolution;
		const y1 = (c * outline[index] + d * outline[index + 1] + f) * resolution;
		addEdge(canvas, x0, y0, x1, y1);
		left = Math.min(left, x1);
		right = Math.max(right, x1);
		top = Math.min(top, y1);
		bottom = Math.max(bottom, y1);
		x0 = x1;
		y0 = y1;
	}
	const firstColumn = Math.max(0, Math.min(resolution, Math.floor(left)));
	const lastRow = Math.min(resolution, Math.ceil(bottom));
	const lastColumn = Math.min(resolution - 1, Math.floor(right));
	for (let row = Math.max(0, Math.floor(top)); row < lastRow; row++) {
		const offset = row * (resolution + 2);
		let covered = 0;
		for (let column = firstColumn; column <= lastColumn; column++) {
			covered += areas[offset + column];
			const coverage = Math.min(1, Math.abs(covered));
			if (coverage > 1e-4) paintPixel(canvas, paint, column, row, coverage);
		}
		areas.fill(0, offset + firstColumn, offset + lastColumn + 3);
	}
}
