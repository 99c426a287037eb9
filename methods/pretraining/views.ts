import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { Stream } from '../../harness/tensor/random.ts';
import { tf } from '../../harness/tensor/tensorflow.ts';
import type { PretrainingOptions } from './options.ts';

type ViewOptions = Pick<PretrainingOptions, 'augmentation' | 'inputResolution'>;

/** Part of each side that is seen of an image at inference after training on crops, as in s4l: 224 of 256. */
const centralPart = 224 / 256;
const allowedAspects = { smallest: 3 / 4, largest: 4 / 3 };
const attempts = 100;

/**
 * Images as training sees them: moved at random as the options say, at the network's resolution. What is drawn
 * from the stream depends on nothing but the options, the number of images and the resolution.
 *
 * @param pixels [count, resolution, resolution, 3]
 * @returns [count, inputResolution, inputResolution, 3]; the caller disposes it
 */
export function trainingView(
	pixels: Float32Array,
	resolution: number,
	options: ViewOptions,
	stream: Stream,
): Tensor4D {
	const { augmentation, inputResolution } = options;
	const count = pixels.length / (resolution * resolution * 3);
	const toTensor = (values: Float32Array): Tensor4D =>
		tf.tensor4d(values, [count, resolution, resolution, 3]);
	const size = inputResolution ?? resolution;
	if (augmentation.kind === 'shift') {
		const moved = shiftAndMirror(pixels, resolution, augmentation.largestShift, stream);
		if (size === resolution) return toTensor(moved);
		return tf.tidy(() => cropBoxes(toTensor(moved), centralBoxes(count, 1), size));
	}
	const boxes = randomBoxes(count, augmentation.smallestArea, stream);
	return tf.tidy(() => cropBoxes(toTensor(pixels), boxes, size));
}

/**
 * Images as they are seen at inference: as they are after training with shifts, else their central part; at the
 * network's resolution.
 *
 * @param images [n, R, R, 3]
 */
export function inferenceView(images: Tensor4D, { augmentation, inputResolution }: ViewOptions): Tensor4D {
	const [count, resolution] = images.shape;
	const part = augmentation.kind === 'shift' ? 1 : centralPart;
	const size = inputResolution ?? resolution;
	if (part === 1 && size === resolution) return images;
	return cropBoxes(images, centralBoxes(count, part), size);
}

/** Each image moved by up to `largest` pixels down or up and right or left, the border repeated, then mirrored or not. */
export function shiftAndMirror(
	pixels: Float32Array,
	resolution: number,
	largest: number,
	stream: Stream,
): Float32Array {
	const imageValues = resolution * resolution * 3;
	const moved = new Float32Array(pixels.length);
	const clamp = (value: number): number => Math.min(Math.max(value, 0), resolution - 1);
	let target = 0;
	for (let image = 0; image < pixels.length; image += imageValues) {
		const down = stream.integer(2 * largest + 1) - largest;
		const right = stream.integer(2 * largest + 1) - largest;
		const mirrored = stream.integer(2) === 1;
		for (let row = 0; row < resolution; row++) {
			const rowStart = image + clamp(row - down) * resolution * 3;
			for (let column = 0; column < resolution; column++) {
				const seen = mirrored ? resolution - 1 - column : column;
				const source = rowStart + clamp(seen - right) * 3;
				moved[target++] = pixels[source];
				moved[target++] = pixels[source + 1];
				moved[target++] = pixels[source + 2];
			}
		}
	}
	return moved;
}

/** Corners [top, left, bottom, right] of each image's part, in [0, 1]; left > right mirrors. Four numbers an image. */
function randomBoxes(count: number, smallestArea: number, stream: Stream): Float32Array {
	const boxes = new Float32Array(4 * count);
	for (let image = 0; image < count; image++) {
		const { height, width } = randomBoxSize(smallestArea, stream);
		const top = stream.uniform() * (1 - height);
		const left = stream.uniform() * (1 - width);
		const [first, second] = stream.integer(2) === 1 ? [left + width, left] : [left, left + width];
		boxes.set([top, first, top + height, second], 4 * image);
	}
	return boxes;
}

/** Area uniform in [smallestArea, 1], aspect ratio uniform in [3/4, 4/3]; the whole image if no draw fits into it. */
function randomBoxSize(smallestArea: number, stream: Stream): { height: number; width: number } {
	const { smallest, largest } = allowedAspects;
	for (let attempt = 0; attempt < attempts; attempt++) {
		const area = smallestArea + stream.uniform() * (1 - smallestArea);
		const aspect = smallest + stream.uniform() * (largest - smallest);
		const width = Math.sqrt(area * aspect);
		const height = Math.sqrt(area / aspect);
		if (width <= 1 && height <= 1) return { height, width };
	}
	return { height: 1, width: 1 };
}

function centralBoxes(count: number, part: number): Float32Array {
	const border = (1 - part) / 2;
	return Float32Array.from({ length: 4 * count }, (_, index) => (index % 4 < 2 ? border : 1 - border));
}

/** Bilinear; the corners of a box fall on the centres of the outermost pixels. */
function cropBoxes(images: Tensor4D, boxes: Float32Array, size: number): Tensor4D {
	const count = images.shape[0];
	const which = tf.tensor1d(
		Int32Array.from({ length: count }, (_, image) => image),
		'int32',
	);
	return tf.image.cropAndResize(images, tf.tensor2d(boxes, [count, 4]), which, [size, size], 'bilinear');
}
