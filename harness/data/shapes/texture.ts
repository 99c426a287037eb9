import type { Stream } from '../../tensor/random.ts';
import { drawBetween } from './colors.ts';

const kinds = ['plain', 'slope', 'stripes', 'checks', 'dots', 'blotches'] as const;

/** A pattern over the picture: its value at a point moves a surface between two colors. */
export interface Texture {
	readonly kind: (typeof kinds)[number];
	/** Direction, as a unit vector divided by the period (in picture widths). */
	readonly alongX: number;
	readonly alongY: number;
	readonly phase: number;
	/** Largest change, in [0, 1] of the way to the second color. */
	readonly strength: number;
	/** Random values in [0, 1] at the knots of an 8 × 8 lattice; empty unless the kind is `blotches`. */
	readonly lattice: readonly number[];
}

export const plainTexture: Texture = {
	kind: 'plain',
	alongX: 1,
	alongY: 0,
	phase: 0,
	strength: 0,
	lattice: [],
};

/** Draws a texture; one in three is plain. `strength` is the largest change that may be drawn. */
export function drawTexture(stream: Stream, strength: number): Texture {
	const kind = kinds[Math.max(0, stream.integer(kinds.length + 2) - 2)];
	const angle = drawBetween(stream, 0, 2 * Math.PI);
	const period = drawBetween(stream, 0.13, 0.3);
	return {
		kind,
		alongX: Math.cos(angle) / period,
		alongY: Math.sin(angle) / period,
		phase: stream.uniform(),
		strength: strength * drawBetween(stream, 0.4, 1),
		lattice: kind === 'blotches' ? Array.from({ length: 64 }, () => stream.uniform()) : [],
	};
}

const limit = (value: number): number => Math.max(0, Math.min(1, value));

const smooth = (value: number): number => value * value * (3 - 2 * value);

function blotches(lattice: readonly number[], x: number, y: number): number {
	const column = Math.floor(x);
	const row = Math.floor(y);
	const rightPart = smooth(x - column);
	const lowerPart = smooth(y - row);
	const left = column & 7;
	const right = (column + 1) & 7;
	const top = (row & 7) * 8;
	const bottom = ((row + 1) & 7) * 8;
	const upper = lattice[top + left] + (lattice[top + right] - lattice[top + left]) * rightPart;
	const lower = lattice[bottom + left] + (lattice[bottom + right] - lattice[bottom + left]) * rightPart;
	return upper + (lower - upper) * lowerPart;
}

/** How far a surface with this texture is from its first color at (x, y), in [0, strength]; x, y in [0, 1]. */
export function textureAt(texture: Texture, x: number, y: number): number {
	const along = x * texture.alongX + y * texture.alongY + texture.phase;
	const across = y * texture.alongX - x * texture.alongY + texture.phase;
	switch (texture.kind) {
		case 'plain':
			return 0;
		case 'slope':
			// One slow wave over about six periods.
			return texture.strength * (0.5 + 0.5 * Math.sin(along));
		case 'stripes':
			return texture.strength * limit(0.5 + 1.5 * Math.sin(2 * Math.PI * along));
		case 'checks':
			return (
				texture.strength * limit(0.5 + 2 * Math.sin(Math.PI * along * 1.3) * Math.sin(Math.PI * across * 1.3))
			);
		case 'dots':
			return (
				texture.strength *
				limit(2 * (Math.sin(Math.PI * along * 1.5) * Math.sin(Math.PI * across * 1.5)) - 0.6)
			);
		case 'blotches':
			return texture.strength * blotches(texture.lattice, along + 64, across + 64);
	}
}
