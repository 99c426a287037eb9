import type { Figure, Part } from '../figure.ts';
import { box, ellipse, polygon } from '../outline.ts';

/** Rocket pointing up: nose cone, round window, two fins, perhaps a flame below. */
export const rocket: Figure = ({ main, second, accent, dark, light, between, chance }) => {
	const half = between(0.26, 0.36);
	const nose = between(-0.5, -0.32);
	const tail = between(0.5, 0.6);
	const fin = between(0.55, 0.75);
	const parts: Part[] = [];
	if (chance(0.7)) {
		parts.push({ outline: polygon(-half * 0.8, tail, half * 0.8, tail, 0, between(0.85, 1)), paint: accent });
	}
	for (const side of [-1, 1]) {
		parts.push({
			outline: polygon(
				side * half * 0.8,
				0.08,
				side * fin,
				tail - 0.05,
				side * fin,
				tail + 0.2,
				side * half * 0.8,
				tail,
			),
			paint: second,
		});
	}
	parts.push({
		outline: polygon(
			-half,
			nose,
			half,
			nose,
			half,
			tail - 0.2,
			half * 0.8,
			tail,
			-half * 0.8,
			tail,
			-half,
			tail - 0.2,
		),
		paint: main,
	});
	parts.push({
		outline: polygon(
			-half,
			nose + 0.02,
			-half * 0.8,
			nose - 0.22,
			0,
			-0.98,
			half * 0.8,
			nose - 0.22,
			half,
			nose + 0.02,
		),
		paint: chance(0.7) ? second : main,
	});
	const window = between(-0.2, 0);
	parts.push({ outline: ellipse({ x: 0, y: window, radiusX: 0.19, radiusY: 0.19 }), paint: light });
	parts.push({ outline: ellipse({ x: 0, y: window, radiusX: 0.12, radiusY: 0.12 }), paint: dark });
	if (chance(0.4)) parts.push({ outline: box(-half, window + 0.3, half, window + 0.4), paint: accent });
	return parts;
};
