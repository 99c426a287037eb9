import type { Figure, Part } from '../figure.ts';
import { box, polygon } from '../outline.ts';

/** House from the front: walls, roof on top, door at the bottom, windows, perhaps a chimney. */
export const house: Figure = ({ main, second, accent, dark, light, between, chance }) => {
	const eaves = between(-0.28, 0);
	const wall = between(0.62, 0.78);
	const ridge = chance(0.6) ? 0 : between(0.25, 0.4);
	const parts: Part[] = [];
	if (chance(0.6)) parts.push({ outline: box(0.38, -0.95, 0.6, eaves), paint: accent });
	parts.push({ outline: box(-wall, eaves, wall, 0.88), paint: main });
	parts.push({
		outline: polygon(-wall - 0.2, eaves + 0.04, -ridge, -0.92, ridge, -0.92, wall + 0.2, eaves + 0.04),
		paint: second,
	});
	const door = between(0, 0.18);
	const pane = chance(0.5) ? light : dark;
	if (chance(0.5)) {
		// Door in the middle, a window on each side.
		parts.push({ outline: box(-0.17, door + 0.15, 0.17, 0.88), paint: accent });
		parts.push({ outline: box(-wall + 0.1, door + 0.1, -0.27, door + 0.42), paint: pane });
		parts.push({ outline: box(0.27, door + 0.1, wall - 0.1, door + 0.42), paint: pane });
	} else {
		parts.push({ outline: box(-wall + 0.12, door + 0.12, -wall + 0.48, 0.88), paint: accent });
		parts.push({ outline: box(0, door + 0.1, wall - 0.14, door + 0.5), paint: pane });
	}
	return parts;
};
