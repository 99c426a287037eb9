import { UsageError } from '../errors.ts';
import { type FeatureSet, requireComparable } from './feature-set.ts';
import { frechetScore } from './frechet-distance.ts';
import { frechetDistanceOfRows } from './frechet-of-rows.ts';
import { gatherRows } from './gather-rows.ts';
import { statisticsSteps } from './set-statistics.ts';
import type { Steps } from './steps.ts';

export interface LabelledFeatureSet {
	readonly features: FeatureSet;
	/** Class of each image, 0 … classes - 1, in the order of the features. */
	readonly labels: ArrayLike<number>;
}

export interface ClassDistance {
	readonly label: number;
	readonly realImages: number;
	readonly fakeImages: number;
	/** null where a side has fewer than two images of the class. */
	readonly distance: number | null;
}

export interface PerClassFid {
	/** One entry for each class, in order. */
	readonly classes: readonly ClassDistance[];
	/** Mean over the classes that have a distance; null if none has. */
	readonly mean: number | null;
	readonly warnings: readonly string[];
}

// Rows of small classes that are gathered in one reading of the sets take no more than this.
const gatheredBytes = 256 * 2 ** 20;

/** Row numbers of each class, ascending. */
function rowsOfClasses(
	{ features, labels }: LabelledFeatureSet,
	classes: number,
	name: string,
): Uint32Array[] {
	if (labels.length !== features.count) {
		throw new UsageError(`${name} labels: expected ${features.count}, one an image, got ${labels.length}`);
	}
	const rows = Array.from({ length: classes }, (): number[] => []);
	for (let row = 0; row < labels.length; row++) {
		const ofClass = rows[labels[row]];
		if (!ofClass) {
			throw new UsageError(
				`${name} labels: expected whole numbers from 0 to ${classes - 1}, got ${labels[row]} for image ${row}`,
			);
		}
		ofClass.push(row);
	}
	return rows.map(ofClass => Uint32Array.from(ofClass));
}

/**
 * Fréchet distance of each class (intra-FID). Classes have few images, so that their covariances are singular and
 * the distances biased upwards: compare them between methods at equal counts, never with an FID of all classes.
 * Small classes are computed from their rows, many in one reading; a class with about as many images as features
 * is read alone into a covariance. A step is a small class, or a batch of a large one.
 *
 * @param classes number of classes
 * @throws UsageError for different dimensions, or labels that do not fit
 * @throws RunFailedError for NaN or infinity, naming the image
 */
export function* perClassFidSteps(
	real: LabelledFeatureSet,
	fake: LabelledFeatureSet,
	classes: number,
	options: { readonly onProgress?: (fraction: number) => void } = {},
): Steps<PerClassFid> {
	const { dimension } = real.features;
	requireComparable(real.features, fake.features, 2);
	const realRows = rowsOfClasses(real, classes, 'real');
	const fakeRows = rowsOfClasses(fake, classes, 'fake');
	const distances = new Array<number | null>(classes).fill(null);
	const imagesOf = (label: number): number => realRows[label].length + fakeRows[label].length;
	const scored = [...distances.keys()].filter(
		label => realRows[label].length > 1 && fakeRows[label].length > 1,
	);
	// Where rows are cheaper than covariances, and cannot be many.
	const small = scored.filter(label => {
		const counts = [realRows[label].length, fakeRows[label].length];
		return Math.max(...counts) < dimension && Math.min(...counts) < dimension / 2;
	});
	let done = 0;
	const finish = (label: number, distance: number): void => {
		distances[label] = distance;
		done += 1;
		options.onProgress?.(done / scored.length);
	};

	for (let start = 0; start < small.length; ) {
		const group: number[] = [];
		let bytes = 0;
		while (start < small.length && (group.length === 0 || bytes < gatheredBytes)) {
			group.push(small[start]);
			bytes += imagesOf(small[start]) * dimension * 4;
			start += 1;
		}
		const gather = (set: FeatureSet, rows: readonly Uint32Array[]) =>
			gatherRows(
				set,
				group.map(label => rows[label]),
			);
		const [realValues, fakeValues] = [gather(real.features, realRows), gather(fake.features, fakeRows)];
		for (const [index, label] of group.entries()) {
			yield;
			finish(label, frechetDistanceOfRows(realValues[index], fakeValues[index], dimension));
		}
	}
	for (const label of scored.filter(other => !small.includes(other))) {
		const realStatistics = yield* statisticsSteps(real.features, { rows: realRows[label] });
		const fakeStatistics = yield* statisticsSteps(fake.features, { rows: fakeRows[label] });
		finish(label, frechetScore(realStatistics, fakeStatistics).distance);
	}

	const values = distances.filter(distance => distance !== null);
	const singular = scored.filter(
		label => Math.min(realRows[label].length, fakeRows[label].length) <= dimension,
	);
	return {
		classes: distances.map((distance, label) => ({
			label,
			realImages: realRows[label].length,
			fakeImages: fakeRows[label].length,
			distance,
		})),
		mean: values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null,
		warnings: [
			...(singular.length > 0
				? [
						`${singular.length} of ${classes} classes have no more images than the ${dimension} features: their distances are finite, but strongly biased; compare them at equal counts only`,
					]
				: []),
			...(scored.length < classes
				? [
						`${classes - scored.length} of ${classes} classes have fewer than two real or fake images: no distance`,
					]
				: []),
		],
	};
}
