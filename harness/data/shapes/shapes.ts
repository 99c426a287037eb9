import { createStream } from '../../tensor/random.ts';
import type { DataSet, MemorySplit } from '../data-set.ts';
import { digestDataSet } from '../digest.ts';
import { memorySplit } from '../memory-split.ts';
import { allocatePixels } from '../pixel-memory.ts';
import { createCanvas } from './canvas.ts';
import { figures } from './figures.ts';
import { drawPicture } from './picture.ts';

export interface ShapesOptions {
	/** Width and height in pixels. */
	readonly resolution: number;
	/** Seed of the pictures, in [1, 2^31 - 1]. */
	readonly seed: number;
	/** Training pictures. */
	readonly trainCount: number;
	/** Held-out pictures. */
	readonly testCount: number;
}

/** Resolutions that the built-in pictures come in; below 16 their details are gone. */
export const isShapesResolution = (resolution: number): boolean =>
	Number.isInteger(resolution) && resolution >= 16 && resolution <= 256 && resolution % 16 === 0;

/** Number of classes of the built-in pictures. */
export const shapesClassCount = Object.keys(figures).length;

// Change this whenever the same seed gives other pictures: it is part of the digest.
const drawingVersion = 1;

function drawSplit(name: 'train' | 'test', count: number, { resolution, seed }: ShapesOptions): MemorySplit {
	const drawn = Object.values(figures);
	const pixels = allocatePixels(count, resolution);
	const labels = new Int32Array(count);
	const canvas = createCanvas(resolution);
	for (let index = 0; index < count; index++) {
		labels[index] = index % drawn.length;
		// A stream for each picture: picture 7 is the same however many are drawn.
		const stream = createStream(seed, 'shapes', name, index);
		drawPicture(canvas, drawn[labels[index]], stream, pixels, index * resolution * resolution * 3);
	}
	return memorySplit(pixels, labels);
}

/**
 * Draws the built-in labelled pictures: ten classes that differ by form, not by color, each upright. Image i has
 * class i mod 10, so that every split is balanced. The same options give the same bytes on one JavaScript engine;
 * another engine may round a sine differently, and the digest then says so.
 */
export function drawShapes(options: ShapesOptions): DataSet<MemorySplit> {
	const { resolution, seed, trainCount, testCount } = options;
	const content = {
		recipe:
			`shapes: built-in drawings version ${drawingVersion}, seed ${seed}, ${resolution}×${resolution}, ` +
			`${trainCount} train, ${testCount} test`,
		resolution,
		classNames: Object.keys(figures),
		train: drawSplit('train', trainCount, options),
		test: drawSplit('test', testCount, options),
	};
	return { name: `shapes-${resolution}`, digest: digestDataSet(content), ...content };
}
