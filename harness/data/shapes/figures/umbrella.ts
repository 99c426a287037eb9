import type { Figure, Part } from '../figure.ts';
import { band, ellipse, line } from '../outline.ts';

/** Open umbrella: a dome of panels with a scalloped hem, a thin shaft and a hooked handle. */
export const umbrella: Figure = ({ main, second, accent, dark, between, chance }) => {
	const hem = between(-0.1, 0.05);
	const height = between(0.65, 0.82);
	const panels = chance(0.5) ? 3 : 4;
	const grip = chance(0.5) ? dark : accent;
	const parts: Part[] = [
		{ outline: line(0, hem - height - 0.12, 0, 0.75, 0.09), paint: grip },
		{
			outline: band({ x: 0.17, y: 0.72, radiusX: 0.215, radiusY: 0.215, from: 0, to: Math.PI }, 0.09),
			paint: grip,
		},
		{
			outline: ellipse({ x: 0, y: hem, radiusX: 0.95, radiusY: height, from: Math.PI, to: 2 * Math.PI }),
			paint: main,
		},
	];
	if (chance(0.6)) {
		// The middle panel, or both next to it, in the second color.
		const inner = panels === 3 ? 0.32 : 0.47;
		parts.push({
			outline: ellipse({ x: 0, y: hem, radiusX: inner, radiusY: height, from: Math.PI, to: 2 * Math.PI }),
			paint: second,
		});
	}
	const half = 0.95 / panels;
	for (let panel = 0; panel < panels; panel++) {
		const x = -0.95 + half * (2 * panel + 1);
		parts.push({
			outline: ellipse({ x, y: hem - 0.01, radiusX: half, radiusY: 0.1, from: 0, to: Math.PI }),
			paint: main,
		});
	}
	return parts;
};
