import { UsageError } from '../errors.ts';
import { createStream } from '../tensor/random.ts';
import { drawFakeLabels } from '../train/fake-inputs.ts';
import type { StoredRun } from './stored-run.ts';

/** What images are made of, image by image. */
export interface SampleInputs {
	readonly count: number;
	/** z, [count, latentSize], row-major. */
	readonly latents: Float32Array;
	/** Class of each image; null where rows mix classes. */
	readonly labels: Int32Array | null;
	/** Label rows [count, classes], row-major; null for one-hot rows of `labels`. */
	readonly labelRows: Float32Array | null;
}

/** Latents and labels that somebody else chose, as far as he did. */
export interface GivenInputs {
	readonly latents?: { readonly shape: readonly number[]; readonly values: Float32Array };
	/** [count] of whole numbers, or [count, classes] of label rows. */
	readonly labels?: { readonly shape: readonly number[]; readonly values: Float64Array };
	/** Names for messages, usually of files. */
	readonly names: { readonly latents: string; readonly labels: string };
}

export interface InputsRequest {
	readonly run: Pick<StoredRun, 'config' | 'fakeProbabilities'>;
	/** Images; with `classes` of each class. Default: as many as were given, or 64, or 8 of each class. */
	readonly count?: number;
	/** Classes to draw, one after another; default: labels drawn from p(y). */
	readonly classes?: readonly number[];
	readonly given?: GivenInputs;
	/** Seed of what was not given, from 1 up. */
	readonly seed: number;
}

/**
 * Latents N(0, I) and labels for samples, from the streams `latents` and `fake-labels` of the seed, continued by
 * `sample`. The first images of a larger count are those of a smaller one.
 *
 * @throws UsageError for shapes and labels that do not fit the network
 */
export function sampleInputs({ run, count, classes, given, seed }: InputsRequest): SampleInputs {
	const { config, fakeProbabilities } = run;
	const total = countOf(config, count, classes, given);
	const latents =
		given?.latents?.values ?? createStream(seed, 'latents', 'sample').normals(total * config.latentSize);
	if (given?.labels) return { count: total, latents, ...givenLabels(given, config.classes) };
	const labels = classes
		? Int32Array.from({ length: total }, (_, index) => classes[Math.floor((index * classes.length) / total)]!)
		: drawFakeLabels(config.classes, total, seed, ['sample'], fakeProbabilities);
	for (const label of classes ?? []) requireClass('--classes', label, config.classes);
	return { count: total, latents, labels, labelRows: null };
}

function countOf(
	{ latentSize }: { latentSize: number },
	count: number | undefined,
	classes: readonly number[] | undefined,
	given: GivenInputs | undefined,
): number {
	const { latents, labels, names } = given ?? {};
	if (latents && (latents.shape.length !== 2 || latents.shape[1] !== latentSize)) {
		throw new UsageError(
			`${names!.latents}: expected latents of shape [images, ${latentSize}], got [${latents.shape}]`,
			`this network takes ${latentSize} numbers an image`,
		);
	}
	const position = latents?.values.findIndex(value => !Number.isFinite(value)) ?? -1;
	if (position !== -1) {
		throw new UsageError(
			`${names!.latents}: expected finite numbers, got ${latents!.values[position]} for image ${Math.floor(position / latentSize)}`,
		);
	}
	const lengths = [
		...(latents ? [{ name: names!.latents, length: latents.shape[0]! }] : []),
		...(labels ? [{ name: names!.labels, length: labels.shape[0] ?? 1 }] : []),
	];
	for (const { name, length } of lengths) {
		if (length === 0) throw new UsageError(`${name}: expected one image or more, got none`);
		const others = classes ? classes.length * (count ?? 8) : count;
		const wanted = others ?? lengths[0]!.length;
		if (length !== wanted || length !== lengths[0]!.length) {
			throw new UsageError(
				`${name}: expected ${length === lengths[0]!.length ? wanted : lengths[0]!.length} images, got ${length}`,
				'give latents and labels for the same images, and leave --count out',
			);
		}
	}
	if (lengths.length > 0) return lengths[0]!.length;
	return classes ? classes.length * (count ?? 8) : (count ?? 64);
}

function requireClass(name: string, label: number, classes: number): void {
	if (Number.isInteger(label) && label >= 0 && label < classes) return;
	throw new UsageError(
		`${name}: expected classes from 0 to ${classes - 1}, got ${label}`,
		`the network was trained with ${classes} classes`,
	);
}

function givenLabels(
	{ labels, names }: GivenInputs,
	classes: number,
): Pick<SampleInputs, 'labels' | 'labelRows'> {
	const { shape, values } = labels!;
	if (shape.length === 1) {
		for (const label of values) requireClass(names.labels, label, classes);
		return { labels: Int32Array.from(values), labelRows: null };
	}
	if (shape.length !== 2 || shape[1] !== classes) {
		throw new UsageError(
			`${names.labels}: expected labels of shape [images] or rows of shape [images, ${classes}], got [${shape}]`,
		);
	}
	const position = values.findIndex(value => !Number.isFinite(value));
	if (position !== -1) {
		throw new UsageError(`${names.labels}: expected finite numbers, got ${values[position]}`);
	}
	return { labels: null, labelRows: Float32Array.from(values) };
}
