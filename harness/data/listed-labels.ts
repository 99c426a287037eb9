import type { DataSet } from './data-set.ts';
import { readLabelList } from './label-list.ts';
import { describeSubset } from './label-subset.ts';

/** The images of a published list, whose labels may be used. */
export interface ListedLabels {
	/** As given. */
	readonly file: string;
	/** Training images, ascending. */
	readonly images: Uint32Array;
	/** Of the images, see `describeSubset`: whatever the file's order and whether it names or numbers them. */
	readonly digest: string;
	/** See `fractionOf`. */
	readonly fraction: number;
}

/**
 * The label fraction of so many images, in (0, 1]: the shortest decimal that stands for them up to half an image a
 * class, as `selectLabelled` rounds. The 128,116 images that s4l lists of ImageNet are its 0.1.
 */
export function fractionOf(count: number, total: number, classes: number): number {
	if (count === total) return 1;
	for (let digits = 1; digits < 17; digits++) {
		const fraction = Number((count / total).toPrecision(digits));
		if (fraction < 1 && Math.abs(fraction * total - count) <= classes / 2) return fraction;
	}
	return count / total;
}

/** @throws UsageError as `readLabelList` */
export function listedLabels(file: string, { train, classNames }: DataSet): ListedLabels {
	const classes = classNames.length;
	const { labels, count } = train;
	const images = readLabelList({ file, labels, classes, names: train.names && (() => train.names!()) });
	const { digest } = describeSubset(labels, classes, images);
	return { file, images, digest, fraction: fractionOf(images.length, count, classes) };
}
