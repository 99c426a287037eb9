import type { Stream } from '../../tensor/random.ts';
import type { Paint } from './canvas.ts';
import { type Color, drawBetween, drawChance, drawColor, shadeColor } from './colors.ts';
import type { Outline } from './outline.ts';
import { drawTexture, plainTexture } from './texture.ts';

/** One painted piece of a figure. */
export interface Part {
	readonly outline: Outline;
	readonly paint: Paint;
}

/** What a figure may use to vary from picture to picture. */
export interface FigureKit {
	/** Two paints that stand out from the background, the first one often textured, and an accent. */
	readonly main: Paint;
	readonly second: Paint;
	readonly accent: Paint;
	/** Near black and near white, tinted. */
	readonly dark: Paint;
	readonly light: Paint;
	/** Uniform in [low, high). */
	between(low: number, high: number): number;
	/** True with the given probability. */
	chance(probability: number): boolean;
}

/**
 * Draws one picture of a class: parts from back to front in the square [-1, 1]², upright, so that turning it by
 * 90, 180 or 270 degrees is plainly visible.
 */
export type Figure = (kit: FigureKit) => readonly Part[];

/** A paint without texture. */
export const plainPaint = (color: Color): Paint => ({ color, other: color, texture: plainTexture });

/** Draws the paints of one picture, away from the colors behind the figure. */
export function createKit(stream: Stream, background: readonly Color[]): FigureKit {
	const main = drawColor(stream, background);
	const second = drawColor(stream, [...background, main]);
	const accent = drawColor(stream, [main, second]);
	const texturedPaint = (color: Color): Paint => ({
		color,
		other: shadeColor(color, drawBetween(stream, 0.25, 0.6) * (drawChance(stream, 0.5) ? 1 : -1)),
		texture: drawTexture(stream, 0.8),
	});
	return {
		main: texturedPaint(main),
		second: texturedPaint(second),
		accent: plainPaint(accent),
		dark: plainPaint(shadeColor(drawColor(stream, []), -0.8)),
		light: plainPaint(shadeColor(drawColor(stream, []), 0.75)),
		between: (low, high) => drawBetween(stream, low, high),
		chance: probability => drawChance(stream, probability),
	};
}
