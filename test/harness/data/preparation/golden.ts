import { readFileSync } from 'node:fs';
import type { Raster } from '../../../../harness/data/preparation/resize-bilinear.ts';
import type { Window } from '../../../../harness/data/preparation/window.ts';

type Four = readonly [top: number, left: number, height: number, width: number];

interface Golden {
	readonly resized: ReadonlyArray<{
		readonly height: number;
		readonly width: number;
		readonly window: Four;
		readonly resolution: number;
		readonly values: readonly number[];
	}>;
	readonly jpeg: {
		readonly file: string;
		readonly height: number;
		readonly width: number;
		readonly crops: ReadonlyArray<{
			readonly window: Four;
			readonly resolution: number;
			readonly values: readonly number[];
		}>;
	};
	readonly squares: ReadonlyArray<{
		readonly height: number;
		readonly width: number;
		readonly draws: number;
		readonly whole: number;
		readonly sides: readonly [least: number, most: number, mean: number] | null;
		readonly least_room: readonly [down: number | null, right: number | null];
	}>;
}

/** What TensorFlow's Python kernels give, see ci/golden/data-preparation.py. */
export const golden = JSON.parse(
	readFileSync(new URL('../../../fixtures/data/preparation.json', import.meta.url), 'utf8'),
) as Golden;

export const windowOf = ([top, left, height, width]: Four): Window => ({ top, left, height, width });

/** The picture of the script. */
export function drawnPicture(height: number, width: number): Raster {
	const pixels = new Uint8Array(height * width * 3);
	let target = 0;
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			for (let c = 0; c < 3; c++) pixels[target++] = (y * y * 7 + x * 31 + x * y * 3 + c * 83) % 256;
		}
	}
	return { height, width, pixels };
}

/** Largest difference of two lists of equal length. */
export function largestDifference(values: ArrayLike<number>, expected: ArrayLike<number>): number {
	if (values.length !== expected.length) return Number.POSITIVE_INFINITY;
	let largest = 0;
	for (let index = 0; index < values.length; index++) {
		largest = Math.max(largest, Math.abs(values[index] - expected[index]));
	}
	return largest;
}
