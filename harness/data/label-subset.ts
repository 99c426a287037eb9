import { createHash } from 'node:crypto';
import { UsageError } from '../errors.ts';
import { createStream } from '../tensor/random.ts';
import { groupByClass } from './balanced-subset.ts';

export interface LabelSubsetOptions {
	/** Class of each training image. */
	readonly labels: Int32Array;
	/** Number of classes. */
	readonly classes: number;
	/** Part of each class whose label may be read, in (0, 1]. */
	readonly fraction: number;
	/** Seed of the choice, in [1, 2^31 - 1]. */
	readonly seed: number;
}

/**
 * The training images whose label a method may read: a random part of every class, as in the S3GAN paper, whose
 * subsets compare_gan reads from files without showing how they were drawn. Here: round(fraction · n) of the n
 * images of a class, at least one; all at fraction 1. For one seed, a smaller fraction gives a subset of a larger.
 *
 * @returns indices in ascending order
 * @throws UsageError for a fraction outside (0, 1], or a class without images
 */
export function selectLabelled({ labels, classes, fraction, seed }: LabelSubsetOptions): Uint32Array {
	if (!(fraction > 0 && fraction <= 1)) {
		throw new UsageError(
			`label fraction: expected a number above 0 and at most 1, got ${fraction}`,
			'0.1 stands for 10 % of the labels',
		);
	}
	const chosen: number[] = [];
	for (const [label, group] of groupByClass(labels, classes).entries()) {
		if (group.length === 0) {
			throw new UsageError(
				`label subset: class ${label} has no images`,
				`give data with all ${classes} classes`,
			);
		}
		const count = Math.max(1, Math.round(fraction * group.length));
		const order = createStream(seed, 'labelled-subset', label).permutation(group.length);
		for (const position of order.subarray(0, count)) chosen.push(group[position]);
	}
	return Uint32Array.from(chosen).sort();
}

export interface SubsetDescription {
	/** Images in the subset. */
	readonly count: number;
	/** Images of each class. */
	readonly perClass: readonly number[];
	/** SHA-256, in hex, over the indices as little-endian uint32: equal digests mean the same images. */
	readonly digest: string;
}

/** What a subset consists of, for manifests and reports. */
export function describeSubset(labels: Int32Array, classes: number, indices: Uint32Array): SubsetDescription {
	const perClass = new Array<number>(classes).fill(0);
	const bytes = Buffer.alloc(indices.length * 4);
	for (const [position, index] of indices.entries()) {
		perClass[labels[index]]++;
		bytes.writeUInt32LE(index, position * 4);
	}
	return { count: indices.length, perClass, digest: createHash('sha256').update(bytes).digest('hex') };
}
