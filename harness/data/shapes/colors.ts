import type { Stream } from '../../tensor/random.ts';

/** Red, green, blue in [0, 1]. */
export type Color = readonly [red: number, green: number, blue: number];

/** Uniform in [low, high). */
export const drawBetween = (stream: Stream, low: number, high: number): number =>
	low + (high - low) * stream.uniform();

/** True with the given probability. */
export const drawChance = (stream: Stream, probability: number): boolean => stream.uniform() < probability;

/** Hue, saturation and value in [0, 1] to RGB. */
export function colorFromHsv(hue: number, saturation: number, value: number): Color {
	const channel = (offset: number): number => {
		const position = (offset + hue * 6) % 6;
		const ramp = Math.max(0, Math.min(position, 4 - position, 1));
		return value * (1 - saturation * ramp);
	};
	return [channel(5), channel(3), channel(1)];
}

/** The color moved towards black (amount < 0) or white (amount > 0); amount in [-1, 1]. */
export function shadeColor([red, green, blue]: Color, amount: number): Color {
	const target = amount < 0 ? 0 : 1;
	const part = Math.abs(amount);
	return [red + (target - red) * part, green + (target - green) * part, blue + (target - blue) * part];
}

// Squared distance with green counting most, roughly as eyes do.
const squaredDistance = (one: Color, other: Color): number =>
	0.3 * (one[0] - other[0]) ** 2 + 0.5 * (one[1] - other[1]) ** 2 + 0.2 * (one[2] - other[2]) ** 2;

/**
 * A random color that stands out from the given ones: the first of a few draws that is far enough from all of
 * them, else the farthest. All figures and backgrounds draw from the same hues, so color does not give the class.
 */
export function drawColor(stream: Stream, avoided: readonly Color[], minimumDistance = 0.32): Color {
	let best: Color = [0, 0, 0];
	let bestDistance = -1;
	for (let attempt = 0; attempt < 8; attempt++) {
		const saturation = drawChance(stream, 0.15)
			? drawBetween(stream, 0, 0.2)
			: drawBetween(stream, 0.35, 0.95);
		const color = colorFromHsv(stream.uniform(), saturation, drawBetween(stream, 0.3, 1));
		let distance = Number.POSITIVE_INFINITY;
		for (const other of avoided) distance = Math.min(distance, squaredDistance(color, other));
		if (distance >= minimumDistance ** 2) return color;
		if (distance > bestDistance) {
			best = color;
			bestDistance = distance;
		}
	}
	return best;
}
