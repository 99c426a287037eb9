import type { Window } from '../preparation/window.ts';

/**
 * Parts of its size in which libjpeg decodes a picture from the low frequencies of its 8×8 blocks alone, which leaves
 * the larger part of the inverse transform out: one in `ratio` pixels of a row and of a column.
 */
const reductions = [8, 4, 2] as const;

/** 1 for all pixels. */
export type Reduction = 1 | (typeof reductions)[number];

/** The largest reduction that leaves a window at least the resolution, so that no pixel has to be invented. */
export const chooseReduction = ({ height, width }: Window, resolution: number): Reduction =>
	reductions.find(ratio => Math.min(height, width) >= ratio * resolution) ?? 1;

/** Extent of a reduced picture: a part of a pixel at the edge counts as one, as in libjpeg. */
export const reducedExtent = (extent: number, ratio: Reduction): number => Math.ceil(extent / ratio);

/**
 * The window on the reduced picture: its sides divided and rounded. Its first pixel is the one whose square holds that
 * of the window, so that their centres are at most half a reduced pixel apart.
 *
 * @param size of the whole picture in pixels
 */
export function reduceWindow(
	window: Window,
	size: { readonly height: number; readonly width: number },
	ratio: Reduction,
): Window {
	if (ratio === 1) return window;
	const side = (extent: number): number => Math.max(1, Math.round(extent / ratio));
	const [height, width] = [side(window.height), side(window.width)];
	const offset = (start: number, extent: number, whole: number): number =>
		Math.min(Math.floor(start / ratio), reducedExtent(whole, ratio) - extent);
	return {
		top: offset(window.top, height, size.height),
		left: offset(window.left, width, size.width),
		height,
		width,
	};
}
