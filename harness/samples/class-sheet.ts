import type { DataSet } from '../data/data-set.ts';
import { createStream } from '../tensor/random.ts';
import { spreadClasses } from './interpolation.ts';
import type { SampleInputs } from './sample-inputs.ts';

/** What the labels of a network stand for. */
export interface LabelMeaning {
	/**
	 * Label of each training image: its class or cluster. Null where labels say nothing about an image: a network that
	 * was trained without any.
	 */
	readonly ofTraining: Int32Array | null;
}

export interface ClassSheetRequest {
	readonly config: { readonly latentSize: number; readonly classes: number };
	/** Labels to show, one a row; default: at most ten, spread evenly over all. */
	readonly classes?: readonly number[];
	/** Real and generated images of a row, each. */
	readonly perClass: number;
	readonly seed: number;
}

/** One row for each class: training images of it, and what the network makes of its label. */
export interface ClassSheet {
	readonly classes: readonly number[];
	/** Numbers of training images, row after row; −1 where a class has fewer. */
	readonly real: Int32Array;
	/** Latents from the stream `('latents', 'class-sheet')`. */
	readonly generated: SampleInputs;
}

/**
 * Chooses the images of a sheet with real ones beside generated ones. The real ones are the first of their class in
 * the order of the data set; without a meaning of the labels the first of all, in their order.
 */
export function classSheet(
	{ config, perClass, seed, ...request }: ClassSheetRequest,
	{ ofTraining }: LabelMeaning,
	trainingImages: number,
): ClassSheet {
	const rows = ofTraining === null ? 5 : 10;
	const classes =
		request.classes ??
		(ofTraining === null
			? Array.from({ length: rows }, (_, row) => row % config.classes)
			: spreadClasses(config.classes, rows));
	const count = classes.length * perClass;
	const real =
		ofTraining === null
			? Int32Array.from({ length: count }, (_, image) => (image < trainingImages ? image : -1))
			: firstOfClasses(ofTraining, classes, perClass);
	const latents = createStream(seed, 'latents', 'class-sheet').normals(count * config.latentSize);
	const labels = Int32Array.from({ length: count }, (_, image) => classes[Math.floor(image / perClass)]!);
	return { classes, real, generated: { count, latents, labels, labelRows: null } };
}

function firstOfClasses(labels: Int32Array, classes: readonly number[], perClass: number): Int32Array {
	const found = new Int32Array(classes.length * perClass).fill(-1);
	const missing = new Map(classes.map(label => [label, perClass]));
	let open = missing.size;
	for (let image = 0; image < labels.length && open > 0; image++) {
		const left = missing.get(labels[image]!) ?? 0;
		if (left === 0) continue;
		missing.set(labels[image]!, left - 1);
		if (left === 1) open--;
		for (const [row, label] of classes.entries()) {
			if (label === labels[image]) found[row * perClass + perClass - left] = image;
		}
	}
	return found;
}

/** Pixels of the sheet, row after row: the real images of a class, then the generated ones; white where none is. */
export function classSheetPixels(
	sheet: ClassSheet,
	{ train, resolution }: Pick<DataSet, 'train' | 'resolution'>,
	generated: Uint8Array,
): Uint8Array {
	const size = resolution * resolution * 3;
	const perClass = sheet.real.length / sheet.classes.length;
	const pixels = new Uint8Array(2 * sheet.real.length * size).fill(255);
	const known = sheet.real.filter(image => image >= 0);
	const realPixels = train.read(known);
	let next = 0;
	for (const [index, image] of sheet.real.entries()) {
		const row = Math.floor(index / perClass);
		const left = (row * 2 * perClass + (index % perClass)) * size;
		if (image >= 0) pixels.set(realPixels.subarray(next * size, ++next * size), left);
		pixels.set(generated.subarray(index * size, (index + 1) * size), left + perClass * size);
	}
	return pixels;
}
