import type { Figure, Part } from '../figure.ts';
import { box, ellipse, line, polygon } from '../outline.ts';

/** Table lamp: a shade that widens downwards, a stem and a foot. */
export const lamp: Figure = ({ main, second, accent, between, chance }) => {
	const shade = between(-0.08, 0.1);
	const top = between(0.28, 0.45);
	const wide = between(0.68, 0.85);
	const parts: Part[] = [];
	if (chance(0.5)) {
		parts.push({
			outline: ellipse({ x: 0, y: 0.5, radiusX: between(0.2, 0.32), radiusY: 0.36 }),
			paint: second,
		});
	}
	parts.push({ outline: box(-0.08, shade - 0.1, 0.08, 0.85), paint: second });
	parts.push({
		outline: ellipse({
			x: 0,
			y: 0.95,
			radiusX: between(0.42, 0.58),
			radiusY: 0.2,
			from: Math.PI,
			to: 2 * Math.PI,
		}),
		paint: second,
	});
	if (chance(0.5)) parts.push({ outline: line(0.38, shade - 0.1, 0.38, shade + 0.32, 0.07), paint: accent });
	parts.push({ outline: polygon(-top, -0.92, top, -0.92, wide, shade, -wide, shade), paint: main });
	if (chance(0.5)) {
		parts.push({
			outline: polygon(-wide + 0.05, shade - 0.14, wide - 0.05, shade - 0.14, wide, shade, -wide, shade),
			paint: accent,
		});
	}
	return parts;
};
