import type { FinishedRun, GridContents } from '../harness/check/read-grid.ts';
import { isManifest } from '../harness/check/read-manifest.ts';
import { formatCount } from './format.ts';

/** What the records of an output folder say of a data set. Null where none of them does. */
export interface DataFacts {
	readonly classes: number | null;
	/** Training images, those that a method may not see among them. */
	readonly trainImages: number | null;
	/** Images of the held-out split: the real side of every score. */
	readonly testImages: number | null;
}

/** Nothing is known. */
export const noFacts: DataFacts = { classes: null, trainImages: null, testImages: null };

/** ILSVRC 2012, whose validation images are the held-out split (Russakovsky et al. 2015, Table 2). */
const imageNet = { classes: 1000, trainImages: 1_281_167, testImages: 50_000 };

/** Part of the images that may be missing: people drop the few that do not decode, or duplicates. */
const slack = 0.01;

/**
 * What is known of each data set, by digest, from all runs and classifiers together: a run of a method without labels
 * does not say how many classes there are, another one of the same data does.
 */
export function dataFacts({
	finished,
	classifiers,
}: Pick<GridContents, 'finished' | 'classifiers'>): ReadonlyMap<string, DataFacts> {
	const facts = new Map<string, DataFacts>();
	const note = (digest: string, more: DataFacts): void => {
		const known = facts.get(digest) ?? noFacts;
		facts.set(digest, {
			classes: known.classes ?? more.classes,
			trainImages: known.trainImages ?? more.trainImages,
			testImages: known.testImages ?? more.testImages,
		});
	};
	for (const run of finished) note(run.result.dataSet.digest, factsOfRun(run));
	for (const { dataSet, classes, images, heldOut } of 'problem' in classifiers ? [] : classifiers) {
		note(dataSet.digest, { classes, trainImages: images, testImages: heldOut?.images ?? null });
	}

	return facts;
}

const numberOrNull = (value: unknown): number | null =>
	typeof value === 'number' && Number.isFinite(value) ? value : null;

function factsOfRun({ manifest, result }: FinishedRun): DataFacts {
	const testImages = numberOrNull(result.protocol.details.referenceImages);
	if (!isManifest(manifest)) return { ...noFacts, testImages };
	const { dataSet, imagesUsed = null, labelled } = manifest;
	const { imagesPerClass } = dataSet;
	// Methods that read no image without a label see a part of the images only.
	const seesAll = labelled == null || labelled.count !== imagesUsed || result.labelFraction === 1;
	return {
		classes: imagesPerClass?.length ?? labelled?.perClass.length ?? null,
		trainImages: imagesPerClass?.reduce((sum, images) => sum + images, 0) ?? (seesAll ? imagesUsed : null),
		testImages,
	};
}

/**
 * Why these data are not, or not known to be, the paper's; null if they are ImageNet. The name does not matter: it is
 * that of a folder.
 */
export function whyNotImageNet(name: string, facts: DataFacts): string | null {
	const { classes, trainImages, testImages } = facts;
	if (trainImages === null) {
		return `data ${name}, of which the runs do not record how many images there are`;
	}

	const near = (count: number | null, expected: number): boolean =>
		count === null || Math.abs(count / expected - 1) <= slack;
	if (
		near(trainImages, imageNet.trainImages) &&
		near(testImages, imageNet.testImages) &&
		(classes ?? imageNet.classes) === imageNet.classes
	) {
		return null;
	}

	return `data ${name} (${factsInWords(facts)}) instead of ImageNet (${factsInWords(imageNet)})`;
}

/** `10 classes, 50,000 training images, 10,000 held out` */
export function factsInWords({ classes, trainImages, testImages }: DataFacts): string {
	return [
		...(classes === null ? [] : [`${formatCount(classes)} classes`]),
		...(trainImages === null ? [] : [`${formatCount(trainImages)} training images`]),
		...(testImages === null ? [] : [`${formatCount(testImages)} held out`]),
	].join(', ');
}
