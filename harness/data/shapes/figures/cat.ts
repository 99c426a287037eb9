import type { Figure, Part } from '../figure.ts';
import { ellipse, line, polygon } from '../outline.ts';

/** Head of a cat from the front: ears up, two eyes, muzzle, nose, whiskers. */
export const cat: Figure = ({ main, second, accent, dark, light, between, chance }) => {
	const width = between(0.72, 0.88);
	const ear = between(-0.98, -0.8);
	const eyes = between(-0.08, 0.04);
	const parts: Part[] = [];
	for (const side of [-1, 1]) {
		parts.push({
			outline: polygon(side * width * 0.98, 0, side * width * 0.9, ear, side * 0.12, -0.35),
			paint: main,
		});
		parts.push({
			outline: polygon(side * width * 0.82, -0.2, side * width * 0.8, ear + 0.25, side * 0.36, -0.32),
			paint: accent,
		});
	}
	parts.push({ outline: ellipse({ x: 0, y: 0.15, radiusX: width, radiusY: 0.68 }), paint: main });
	parts.push({
		outline: ellipse({ x: 0, y: 0.48, radiusX: 0.38, radiusY: 0.28 }),
		paint: chance(0.5) ? light : second,
	});
	const pupil = between(0.05, 0.11);
	for (const side of [-1, 1]) {
		parts.push({ outline: ellipse({ x: side * 0.36, y: eyes, radiusX: 0.19, radiusY: 0.17 }), paint: light });
		parts.push({ outline: ellipse({ x: side * 0.36, y: eyes, radiusX: pupil, radiusY: 0.16 }), paint: dark });
		for (const slope of [-0.08, 0.12]) {
			parts.push({
				outline: line(side * 0.35, 0.5 + slope / 2, side * 0.98, 0.48 + slope, 0.05),
				paint: dark,
			});
		}
	}
	parts.push({ outline: polygon(-0.14, 0.3, 0.14, 0.3, 0, 0.46), paint: dark });
	parts.push({ outline: line(0, 0.44, -0.16, 0.62, 0.07), paint: dark });
	parts.push({ outline: line(0, 0.44, 0.16, 0.62, 0.07), paint: dark });
	return parts;
};
