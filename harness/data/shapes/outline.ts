/**
 * A closed outline as x, y, x, y, …; the last point joins the first. Figures are drawn in their own square:
 * x and y in [-1, 1], x to the right, y down, (0, 0) in the middle.
 */
export type Outline = readonly number[];

/** Corners in order. */
export const polygon = (...coordinates: readonly number[]): Outline => coordinates;

/** Upright rectangle between two corners. */
export const box = (left: number, top: number, right: number, bottom: number): Outline => [
	left,
	top,
	right,
	top,
	right,
	bottom,
	left,
	bottom,
];

const fullTurn = 2 * Math.PI;

interface Arc {
	readonly x: number;
	readonly y: number;
	readonly radiusX: number;
	readonly radiusY: number;
	/** Radians, clockwise from the right (y points down). Default 0. */
	readonly from?: number;
	/** Default a full turn. */
	readonly to?: number;
}

// 28 chords a turn stay within 0.3 pixel of a circle of radius 45 pixels.
const chordsPerTurn = 28;

function arcPoints({ x, y, radiusX, radiusY, from = 0, to = fullTurn }: Arc): number[] {
	const chords = Math.max(2, Math.ceil((chordsPerTurn * Math.abs(to - from)) / fullTurn));
	const points: number[] = [];
	for (let step = 0; step <= chords; step++) {
		const angle = from + ((to - from) * step) / chords;
		points.push(x + radiusX * Math.cos(angle), y + radiusY * Math.sin(angle));
	}
	return points;
}

/** Ellipse, or the segment of it that one arc and its chord enclose. */
export const ellipse = (arc: Arc): Outline => arcPoints(arc);

/** The band of the given thickness inside an arc: a ring, a handle, a hook. */
export function band(arc: Arc, thickness: number): Outline {
	const { from = 0, to = fullTurn, radiusX, radiusY } = arc;
	const inner = { ...arc, radiusX: radiusX - thickness, radiusY: radiusY - thickness, from: to, to: from };
	return [...arcPoints(arc), ...arcPoints(inner)];
}

/** A straight line with a width. */
export function line(x0: number, y0: number, x1: number, y1: number, width: number): Outline {
	const scale = width / (2 * Math.hypot(x1 - x0, y1 - y0));
	const dx = (y1 - y0) * scale;
	const dy = (x0 - x1) * scale;
	return [x0 + dx, y0 + dy, x1 + dx, y1 + dy, x1 - dx, y1 - dy, x0 - dx, y0 - dy];
}
