import type { Stream } from '../../tensor/random.ts';
import { type Canvas, fillCanvas, fillOutline, type Paint, type Placement } from './canvas.ts';
import { drawBetween, drawChance, drawColor, shadeColor } from './colors.ts';
import { createKit, type Figure, plainPaint } from './figure.ts';
import { box, ellipse } from './outline.ts';
import { drawTexture } from './texture.ts';

const wholePicture: Placement = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };

/** Size 27 to 40 % of the picture around its center, up to 9 degrees of tilt, mirrored half of the time. */
function drawPlacement(stream: Stream): Placement {
	const size = drawBetween(stream, 0.31, 0.45);
	const width = size * drawBetween(stream, 0.88, 1.08);
	const height = size * drawBetween(stream, 0.92, 1.08);
	const tilt = drawBetween(stream, -0.16, 0.16);
	const mirror = drawChance(stream, 0.5) ? -1 : 1;
	const slack = 0.49 - size;
	return {
		a: mirror * width * Math.cos(tilt),
		b: -height * Math.sin(tilt),
		c: mirror * width * Math.sin(tilt),
		d: height * Math.cos(tilt),
		e: 0.5 + drawBetween(stream, -slack, slack),
		f: 0.5 + drawBetween(stream, -slack, slack),
	};
}

/** A textured ground with up to three faint patches; says nothing about class or orientation. */
function drawBackground(canvas: Canvas, stream: Stream): Paint {
	const color = drawColor(stream, []);
	const other = drawChance(stream, 0.4)
		? shadeColor(color, drawBetween(stream, -0.5, 0.5))
		: drawColor(stream, [], 0);
	const ground: Paint = { color, other, texture: drawTexture(stream, 0.55) };
	fillCanvas(canvas, ground);
	const patches = stream.integer(4);
	for (let patch = 0; patch < patches; patch++) {
		const x = stream.uniform();
		const y = stream.uniform();
		const reach = drawBetween(stream, 0.08, 0.3);
		const paint = plainPaint(shadeColor(color, drawBetween(stream, -0.3, 0.3)));
		const outline = drawChance(stream, 0.5)
			? ellipse({ x, y, radiusX: reach, radiusY: reach })
			: box(x - reach, y - reach, x + reach, y + reach);
		fillOutline(canvas, outline, wholePicture, paint);
	}
	return ground;
}

/** Light that falls off in a random direction, and grain; rounds to bytes. */
function developPicture(canvas: Canvas, stream: Stream, pixels: Uint8Array, offset: number): void {
	const { resolution, values } = canvas;
	const direction = drawBetween(stream, 0, 2 * Math.PI);
	const fall = drawBetween(stream, 0, 0.3) / resolution;
	const fallX = fall * Math.cos(direction);
	const fallY = fall * Math.sin(direction);
	const brightness = 255 * drawBetween(stream, 0.85, 1.05);
	const grain = drawBetween(stream, 0.5, 5);
	const middle = (resolution - 1) / 2;
	let value = 0;
	for (let row = 0; row < resolution; row++) {
		for (let column = 0; column < resolution; column++) {
			const light = brightness * (1 + fallX * (column - middle) + fallY * (row - middle));
			const bits = stream.bits();
			// Sum of two bytes: a triangular distribution over (-1, 1).
			const noise = ((bits & 255) + ((bits >>> 8) & 255) - 255) * (grain / 255);
			for (let channel = 0; channel < 3; channel++) {
				const exposed = values[value] * light + noise;
				pixels[offset + value] = exposed <= 0 ? 0 : exposed >= 255 ? 255 : Math.round(exposed);
				value++;
			}
		}
	}
}

/**
 * Draws one picture of a figure into `pixels` from `offset` on (uint8 RGB, resolution² · 3 bytes). Everything
 * random comes from the stream; the geometry does not depend on the resolution of the canvas, whose content is
 * replaced.
 */
export function drawPicture(
	canvas: Canvas,
	figure: Figure,
	stream: Stream,
	pixels: Uint8Array,
	offset: number,
): void {
	const ground = drawBackground(canvas, stream);
	const placement = drawPlacement(stream);
	const kit = createKit(stream, [ground.color, ground.other]);
	for (const part of figure(kit)) fillOutline(canvas, part.outline, placement, part.paint);
	developPicture(canvas, stream, pixels, offset);
}
