import type { Figure, Part } from '../figure.ts';
import { band, ellipse, line, polygon } from '../outline.ts';

/** Mug with a handle, open at the top with a drink inside, perhaps steam or a stripe. */
export const mug: Figure = ({ main, second, accent, dark, light, between, chance }) => {
	const rim = between(-0.5, -0.25);
	const wide = between(0.55, 0.66);
	const narrow = wide - between(0, 0.2);
	const left = -0.18;
	const parts: Part[] = [
		{
			outline: band(
				{
					x: left + wide - 0.08,
					y: between(0.08, 0.2),
					radiusX: 0.5,
					radiusY: 0.4,
					from: -Math.PI / 2,
					to: Math.PI / 2,
				},
				0.16,
			),
			paint: chance(0.5) ? main : second,
		},
		{
			outline: polygon(left - wide, rim, left + wide, rim, left + narrow, 0.76, left - narrow, 0.76),
			paint: main,
		},
		{
			outline: ellipse({ x: left, y: 0.75, radiusX: narrow, radiusY: 0.15, from: 0, to: Math.PI }),
			paint: main,
		},
	];
	if (chance(0.5)) {
		const stripe = between(0.1, 0.35);
		const inset = wide - 0.05;
		parts.push({
			outline: polygon(
				left - inset,
				stripe,
				left + inset,
				stripe,
				left + narrow,
				stripe + 0.2,
				left - narrow,
				stripe + 0.2,
			),
			paint: second,
		});
	}
	parts.push({ outline: ellipse({ x: left, y: rim, radiusX: wide, radiusY: 0.2 }), paint: light });
	parts.push({
		outline: ellipse({ x: left, y: rim + 0.02, radiusX: wide - 0.1, radiusY: 0.13 }),
		paint: chance(0.5) ? dark : accent,
	});
	if (chance(0.5)) {
		for (const x of [left - 0.2, left + 0.2]) {
			parts.push({ outline: line(x, rim - 0.12, x + 0.12, rim - 0.3, 0.09), paint: light });
			parts.push({ outline: line(x + 0.12, rim - 0.28, x, rim - 0.48, 0.09), paint: light });
		}
	}
	return parts;
};
