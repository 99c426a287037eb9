import type { ImageSplit } from '../../data/data-set.ts';
import { createStream } from '../../tensor/random.ts';

export interface TrainingBatch {
	/** float32 in [0, 1], NHWC. */
	readonly pixels: Float32Array;
	readonly labels: Int32Array;
}

export interface TrainingBatchOptions {
	/** Height and width in pixels. */
	readonly resolution: number;
	readonly batchSize: number;
	/** Images are moved by up to this many pixels each way, the border repeated, and mirrored half of the time. */
	readonly largestShift: number;
	readonly seed: number;
}

const toUnit = Float32Array.from({ length: 256 }, (_, value) => value / 255);

const clamp = (value: number, largest: number): number => Math.min(Math.max(value, 0), largest);

/**
 * Endless shuffled batches: every image once before any comes again; a batch may span two passes. Equal options
 * give equal batches.
 */
export function* trainingBatches(split: ImageSplit, options: TrainingBatchOptions): Generator<TrainingBatch> {
	const { resolution, batchSize, largestShift, seed } = options;
	const imageSize = resolution * resolution * 3;
	let pass = 0;
	let position = 0;
	let order: Uint32Array = new Uint32Array(0);
	for (let step = 0; ; step++) {
		const moves = createStream(seed, 'feature-network', 'augmentation', step);
		const pixels = new Float32Array(batchSize * imageSize);
		const images = new Uint32Array(batchSize);
		for (let item = 0; item < batchSize; item++) {
			if (position === order.length) {
				order = createStream(seed, 'feature-network', 'data-order', pass++).permutation(split.count);
				position = 0;
			}
			images[item] = order[position++];
		}
		const bytes = split.read(images);
		const labels = Int32Array.from(images, image => split.labels[image]);
		let target = 0;
		for (let item = 0; item < batchSize; item++) {
			const down = moves.integer(2 * largestShift + 1) - largestShift;
			const right = moves.integer(2 * largestShift + 1) - largestShift;
			const mirrored = moves.integer(2) === 1;
			for (let row = 0; row < resolution; row++) {
				const sourceRow = item * imageSize + clamp(row - down, resolution - 1) * resolution * 3;
				for (let column = 0; column < resolution; column++) {
					const moved = clamp(column - right, resolution - 1);
					const source = sourceRow + (mirrored ? resolution - 1 - moved : moved) * 3;
					pixels[target++] = toUnit[bytes[source]];
					pixels[target++] = toUnit[bytes[source + 1]];
					pixels[target++] = toUnit[bytes[source + 2]];
				}
			}
		}
		yield { pixels, labels };
	}
}
