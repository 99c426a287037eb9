import { type ClassSizes, keepsAll, readClassSizes } from '../class-sizes.ts';
import { classesOf } from '../data-set-classes.ts';
import { type FoundMethod, findMethods } from '../find-methods.ts';
import { checkCount, checkHistogram, compareClasses, fractionInWords } from '../label-histogram.ts';
import type { FinishedRun } from '../read-grid.ts';
import { isManifest, type Manifest } from '../read-manifest.ts';
import { groupBy, placeOfRun, type Rule, type Violation, type Words } from '../rule.ts';

type KnownRun = FinishedRun & { readonly manifest: Manifest };
type Labelled = NonNullable<Manifest['labelled']>;

export const labels: Rule = {
	name: 'labels',
	summary: 'a label fraction means that part of every class, and the same images in every method and seed',
	needs: 'manifest',
	async check({ finished }) {
		const methods = await findMethods(finished);
		const sizes = readClassSizes(finished, methods);
		const known = finished.flatMap((run, index) =>
			isManifest(run.manifest) ? [{ ...run, manifest: run.manifest, method: methods[index]! }] : [],
		);
		return [
			...known.flatMap(run =>
				checkRun(run, run.method, sizes.get(run.result.dataSet.digest)!).map(words => ({
					...placeOfRun(run.run),
					...words,
				})),
			),
			...checkSharing(known),
		];
	},
};

function checkRun({ manifest, result }: KnownRun, found: FoundMethod, sizes: ClassSizes): Words[] {
	const { labelled, imagesUsed, dataSet } = manifest;
	const fraction = result.labelFraction;
	const ofData = compareClasses(
		dataSet.imagesPerClass ?? sizes.perClass ?? [],
		sizes.perClass ?? [],
		(images, right) => images === right,
		'training images as other runs of these data have them',
	);
	if (fraction === null) {
		const none = labelled == null;
		return [
			...ofData,
			...checkTotal(imagesUsed, sizes.total),
			...(none ? [] : [{ expected: 'no labels', actual: `labels of ${labelled.count} images` }]),
		];
	}

	const labelling = 'method' in found ? found.method.labelling : undefined;
	if (labelled == null) {
		if (labelled === null) {
			return [...ofData, { expected: fractionInWords(fraction, sizes.total), actual: 'labels of no image' }];
		}

		// All of them need no record. Else the images in use are the labelled ones, if the method keeps no others.
		if (fraction === 1) return [...ofData, ...checkTotal(imagesUsed, sizes.total)];
		const count = labelling && !keepsAll(labelling) ? imagesUsed : undefined;
		const classes = sizes.perClass?.length ?? classesOf(result.dataSet.name) ?? 1;
		return [...ofData, ...checkCount(count, fraction, sizes, classes)];
	}

	return [
		...ofData,
		...checkHistogram(labelled, manifest, fraction, sizes),
		...(labelling === undefined
			? []
			: checkTotal(imagesUsed, keepsAll(labelling) || fraction === 1 ? sizes.total : labelled.count)),
		...checkClassifier(manifest, labelled, fraction, labelling),
	];
}

/** Of a run that records the images it uses; those that an older manifest does not say cannot be checked. */
function checkTotal(used: number | undefined, expected: number | undefined): Words[] {
	if (used !== undefined && used === expected) return [];
	return [
		{
			expected: `${expected ?? 'a known number of'} training images in use`,
			actual: `${used ?? 'not recorded'}`,
			notChecked: used === undefined || expected === undefined,
		},
	];
}

/** The classifier that inferred the labels must have read those of the same images. */
function checkClassifier(
	{ preparedLabels }: Manifest,
	{ digest }: Labelled,
	fraction: number,
	labelling: string | undefined,
): Words[] {
	if (fraction === 1 || !labelling?.startsWith('inferred')) return [];
	const expected = `labels inferred from those of images ${digest.slice(0, 12)}`;
	if (preparedLabels === null) return [{ expected, actual: 'labels that nothing inferred' }];
	const subset = preparedLabels?.labelledSubset;
	if (subset === undefined) return [{ expected, actual: 'not recorded', notChecked: true }];
	return [
		...(subset.digest === digest
			? []
			: [{ expected, actual: `from those of images ${subset.digest.slice(0, 12)}` }]),
		...(preparedLabels!.kind === labelling
			? []
			: [{ expected: labelling.replaceAll('-', ' '), actual: String(preparedLabels!.kind) }]),
	];
}

/** The labelled images depend on data and fraction alone, so that methods and seeds compare on equal labels. */
function checkSharing(known: readonly KnownRun[]): Violation[] {
	const groups = groupBy(
		known.filter(({ manifest, result }) => manifest.labelled != null && result.labelFraction !== null),
		({ result }) => JSON.stringify([result.dataSet.digest, result.labelFraction]),
	);
	return [...groups.values()].flatMap(runs => {
		const [most, ...others] = [...groupBy(runs, ({ manifest }) => manifest.labelled!.digest).values()].sort(
			(first, second) => second.length - first.length,
		);
		const { run: first, manifest: common } = most![0]!;
		return others.flat().map(({ run, manifest }) => ({
			...placeOfRun(run),
			expected: `the labelled images of ${first.method}, ${common.labelled!.digest.slice(0, 12)}, as ${most!.length} other runs`,
			actual: manifest.labelled!.digest.slice(0, 12),
		}));
	});
}
