import type { Figure, Part } from '../figure.ts';
import { box, ellipse, polygon } from '../outline.ts';

/** Tree: a trunk below a crown, which is a fir's three tiers or a broadleaf's three rounds, perhaps with fruit. */
export const tree: Figure = ({ main, second, accent, between, chance }) => {
	const trunk = between(0.09, 0.16);
	const parts: Part[] = [{ outline: box(-trunk, 0.2, trunk, 0.95), paint: second }];
	if (chance(0.5)) {
		const wide = between(0.55, 0.75);
		for (const [top, bottom, part] of [
			[-0.05, 0.55, 1],
			[-0.5, 0.15, 0.8],
			[-0.97, -0.28, 0.58],
		]) {
			parts.push({ outline: polygon(0, top, wide * part, bottom, -wide * part, bottom), paint: main });
		}
		return parts;
	}
	const size = between(0.4, 0.5);
	const crown = between(-0.12, 0.02);
	for (const [x, y] of [
		[-0.36, crown],
		[0.36, crown],
		[0, crown - 0.38],
	]) {
		parts.push({ outline: ellipse({ x, y, radiusX: size, radiusY: size * 0.95 }), paint: main });
	}
	if (chance(0.4)) {
		for (const [x, y] of [
			[-0.4, 0],
			[0.02, -0.42],
			[0.4, 0.08],
			[0, 0.05],
		]) {
			parts.push({ outline: ellipse({ x, y: crown + y, radiusX: 0.1, radiusY: 0.1 }), paint: accent });
		}
	}
	return parts;
};
