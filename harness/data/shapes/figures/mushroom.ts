import type { Figure, Part } from '../figure.ts';
import { ellipse, polygon } from '../outline.ts';

/** Mushroom: a domed cap, mostly with spots, on a stem that widens downwards. */
export const mushroom: Figure = ({ main, second, accent, light, between, chance }) => {
	const gills = between(-0.05, 0.15);
	const wide = between(0.75, 0.95);
	const stem = between(0.16, 0.26);
	const foot = stem + between(0, 0.16);
	const parts: Part[] = [
		{
			outline: polygon(
				-stem,
				gills - 0.1,
				stem,
				gills - 0.1,
				foot,
				0.8,
				foot * 0.7,
				0.9,
				-foot * 0.7,
				0.9,
				-foot,
				0.8,
			),
			paint: chance(0.5) ? light : second,
		},
		{ outline: ellipse({ x: 0, y: gills, radiusX: wide * 0.96, radiusY: 0.16 }), paint: second },
		{
			outline: ellipse({
				x: 0,
				y: gills,
				radiusX: wide,
				radiusY: between(0.75, 0.95),
				from: Math.PI,
				to: 2 * Math.PI,
			}),
			paint: main,
		},
	];
	if (chance(0.75)) {
		const spots = chance(0.6) ? light : accent;
		const size = between(0.12, 0.18);
		for (const [x, y] of [
			[-0.5, -0.2],
			[-0.08, -0.52],
			[0.12, -0.14],
			[0.46, -0.36],
		]) {
			parts.push({
				outline: ellipse({ x: x * wide, y: y + gills, radiusX: size, radiusY: size * 0.8 }),
				paint: spots,
			});
		}
	}
	return parts;
};
