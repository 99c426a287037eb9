import type { Figure, Part } from '../figure.ts';
import { box, ellipse, polygon } from '../outline.ts';

/** Car from the side, wheels below: saloon, estate or small van. */
export const car: Figure = ({ main, accent, dark, light, between, chance }) => {
	const roof = between(-0.6, -0.4);
	const bonnet = between(-0.08, 0.04);
	const sill = 0.46;
	const roofFront = between(0.15, 0.4);
	const roofBack = chance(0.4) ? -0.8 : between(-0.55, -0.4);
	const foot = Math.min(roofBack - 0.12, -0.62);
	const parts: Part[] = [
		{
			outline: polygon(foot, bonnet, roofBack, roof, roofFront, roof, roofFront + 0.3, bonnet),
			paint: main,
		},
		{
			outline: polygon(
				-0.98,
				bonnet + 0.1,
				-0.9,
				bonnet,
				0.82,
				bonnet,
				0.98,
				bonnet + 0.16,
				0.98,
				sill,
				-0.98,
				sill,
			),
			paint: main,
		},
		{
			outline: polygon(
				foot + 0.17,
				bonnet - 0.03,
				roofBack + 0.1,
				roof + 0.12,
				-0.1,
				roof + 0.12,
				-0.1,
				bonnet - 0.03,
			),
			paint: light,
		},
		{
			outline: polygon(
				0,
				bonnet - 0.03,
				0,
				roof + 0.12,
				roofFront - 0.03,
				roof + 0.12,
				roofFront + 0.17,
				bonnet - 0.03,
			),
			paint: light,
		},
		{ outline: box(0.84, bonnet + 0.16, 0.98, bonnet + 0.3), paint: accent },
	];
	const radius = between(0.22, 0.28);
	for (const x of [-0.55, 0.55]) {
		parts.push({ outline: ellipse({ x, y: sill, radiusX: radius, radiusY: radius }), paint: dark });
		parts.push({ outline: ellipse({ x, y: sill, radiusX: 0.1, radiusY: 0.1 }), paint: light });
	}
	return parts;
};
