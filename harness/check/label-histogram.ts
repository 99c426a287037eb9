import type { ClassSizes } from './class-sizes.ts';
import { sum } from './class-sizes.ts';
import type { Manifest } from './read-manifest.ts';
import type { Words } from './rule.ts';

/** What a label fraction means, for people. */
export const fractionInWords = (fraction: number, total: number | undefined): string =>
	`${fraction * 100} % of ${total ?? 'the'} images, in equal parts of every class`;

/**
 * Where a count is all there is: it must be right, and then the classes are still unknown.
 *
 * @param classes each is rounded to half an image, and has one at least
 */
export function checkCount(
	count: number | undefined,
	fraction: number,
	{ total }: ClassSizes,
	classes: number,
): Words[] {
	const expected = fractionInWords(fraction, total);
	if (count === undefined)
		return [{ expected, actual: 'no record of the labelled images', notChecked: true }];
	if (total === undefined) {
		return [{ expected, actual: `${count} images; how many there are is not recorded`, notChecked: true }];
	}

	const surplus = count - fraction * total;
	return surplus < -classes / 2 || surplus > classes
		? [{ expected, actual: `${count} images` }]
		: [{ expected, actual: `${count} images; how many of each class is not recorded`, notChecked: true }];
}

/** The labelled images of each class against the rule of `selectLabelled`, or what a published list allows. */
export function checkHistogram(
	{ count, perClass, digest }: NonNullable<Manifest['labelled']>,
	{ identity: { labelList } }: Manifest,
	fraction: number,
	sizes: ClassSizes,
): Words[] {
	const listed = sum(perClass);
	const least = perClass.reduce((smallest, images) => Math.min(smallest, images), Infinity);
	if (listed !== count || least < 1) {
		return [
			{
				expected: `a histogram of ${count} images without an empty class`,
				actual: `${listed} images, at least ${least} in a class`,
			},
		];
	}

	const ofList: Words[] =
		labelList === undefined || labelList === digest
			? []
			: [{ expected: `the images of list ${labelList.slice(0, 12)}`, actual: digest.slice(0, 12) }];
	const total = checkCount(count, fraction, sizes, perClass.length);
	if (sizes.perClass === undefined) return [...ofList, ...total];
	if (labelList === undefined) {
		const expected = sizes.perClass.map(images => labelledImages(images, fraction));
		return compareClasses(
			perClass,
			expected,
			(images, right) => images === right,
			fractionInWords(fraction, sizes.total),
		);
	}

	// A list has a histogram of its own, which is the fraction in total and in no class more than there are.
	return [
		...ofList,
		...total.filter(({ notChecked }) => !notChecked),
		...compareClasses(perClass, sizes.perClass, (images, most) => images <= most, 'a list of the images'),
	];
}

/** Every class on its own; the first three that are wrong stand for all. */
export function compareClasses(
	perClass: readonly number[],
	expected: readonly number[],
	holds: (images: number, expected: number) => boolean,
	what: string,
): Words[] {
	if (perClass.length !== expected.length) {
		return [{ expected: `${what}, ${expected.length} classes`, actual: `${perClass.length} classes` }];
	}

	const wrong = expected.flatMap((images, label) => (holds(perClass[label]!, images) ? [] : [label]));
	if (wrong.length === 0) return [];
	const list = (counts: readonly number[]): string =>
		wrong
			.slice(0, 3)
			.map(label => `${counts[label]} of class ${label}`)
			.join(', ');
	const more = wrong.length > 3 ? `, and ${wrong.length - 3} other classes are wrong` : '';
	return [{ expected: `${what}: ${list(expected)}`, actual: `${list(perClass)}${more}` }];
}

/** Images of a class whose label may be read: as `selectLabelled` in harness/data chooses them, said once more. */
const labelledImages = (images: number, fraction: number): number =>
	Math.max(1, Math.round(fraction * images));
