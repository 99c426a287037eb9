import { classesOf } from '../data-set-classes.ts';
import type { FinishedRun } from '../read-grid.ts';
import { isManifest, type Manifest } from '../read-manifest.ts';
import { groupBy, placeOfRun, type Rule, type Violation } from '../rule.ts';

export const labels: Rule = {
	name: 'labels',
	summary: 'a label fraction means that part of every class, and the same images in every method and seed',
	check({ finished }) {
		const known = finished.flatMap(run =>
			isManifest(run.manifest) && run.result.labelFraction !== null && run.result.labelFraction < 1
				? [{ ...run, manifest: run.manifest }]
				: [],
		);
		const total = largestImageCounts(finished);
		return [...known.flatMap(run => checkCounts(run, total)), ...checkSharing(known)];
	},
};

type KnownRun = FinishedRun & { readonly manifest: Manifest };

/** Training images of each data set: what the runs that use all of them say. */
function largestImageCounts(finished: readonly FinishedRun[]): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const { manifest, result } of finished) {
		if (!isManifest(manifest) || manifest.imagesUsed === undefined) continue;
		const { digest } = result.dataSet;
		counts.set(digest, Math.max(counts.get(digest) ?? 0, manifest.imagesUsed));
	}

	return counts;
}

function checkCounts({ run, manifest, result }: KnownRun, totals: ReadonlyMap<string, number>): Violation[] {
	const place = placeOfRun(run);
	const subset = manifest.labelled ?? undefined;
	const total = totals.get(result.dataSet.digest) ?? 0;
	const labelled = subset?.count ?? manifest.imagesUsed ?? 0;
	const fraction = result.labelFraction!;
	// round(fraction · n) of the n images of a class, at least one: half an image a class of slack.
	const classes = subset?.perClass.length ?? classesOf(result.dataSet.name) ?? 1;
	const expected = `${fraction * 100} % of ${total} images, in equal parts of every class`;
	if (labelled === total) {
		// Nothing in these files used more images, or the method reads all images and says no subset.
		return [{ ...place, expected, actual: 'no record of the labelled images', notChecked: true }];
	}

	const slack = classes / 2;
	const violations: Violation[] = [];
	if (Math.abs(labelled - fraction * total) > slack) {
		violations.push({ ...place, expected, actual: `${labelled} images` });
	}

	if (subset) {
		const sum = subset.perClass.reduce((partial, count) => partial + count, 0);
		const [least, most] = [Math.min(...subset.perClass), Math.max(...subset.perClass)];
		if (sum !== subset.count || least < 1) {
			violations.push({
				...place,
				expected: `a histogram of ${subset.count} images without an empty class`,
				actual: `${sum} images, ${least} to ${most} in a class`,
			});
		}
	}

	return violations;
}

/** The labelled images depend on data and fraction alone, so that methods and seeds compare on equal labels. */
function checkSharing(known: readonly KnownRun[]): Violation[] {
	const groups = groupBy(
		known.filter(({ manifest }) => manifest.labelled != null),
		({ result }) => JSON.stringify([result.dataSet.digest, result.labelFraction]),
	);
	return [...groups.values()].flatMap(([first, ...others]) =>
		others
			.filter(({ manifest }) => manifest.labelled!.digest !== first!.manifest.labelled!.digest)
			.map(({ run, manifest }) => ({
				...placeOfRun(run),
				expected: `the labelled images of ${first!.run.method}, ${first!.manifest.labelled!.digest.slice(0, 12)}`,
				actual: manifest.labelled!.digest.slice(0, 12),
			})),
	);
}
