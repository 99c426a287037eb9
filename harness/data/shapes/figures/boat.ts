import type { Figure, Part } from '../figure.ts';
import { box, line, polygon } from '../outline.ts';

/** Sailing boat: hull below, mast, one or two sails, perhaps a flag and a stripe. */
export const boat: Figure = ({ main, second, accent, dark, between, chance }) => {
	const deck = between(0.3, 0.42);
	const keel = between(0.75, 0.9);
	const mast = between(-0.15, 0.1);
	const bottom = between(0.5, 0.68);
	const parts: Part[] = [
		{ outline: line(mast, -0.95, mast, deck, 0.1), paint: dark },
		{
			outline: polygon(mast + 0.08, -0.85, mast + 0.08, deck - 0.1, between(0.7, 0.88), deck - 0.1),
			paint: second,
		},
	];
	if (chance(0.6)) {
		const top = between(-0.7, -0.3);
		parts.push({
			outline: polygon(mast - 0.08, top, mast - 0.08, deck - 0.1, -0.75, deck - 0.1),
			paint: chance(0.5) ? second : accent,
		});
	} else {
		parts.push({ outline: polygon(mast, -0.95, mast, -0.68, mast - 0.4, -0.81), paint: accent });
	}
	parts.push({ outline: polygon(-0.92, deck, 0.92, deck, bottom, keel, -bottom, keel), paint: main });
	if (chance(0.4)) parts.push({ outline: box(-0.8, deck + 0.1, 0.8, deck + 0.22), paint: accent });
	return parts;
};
