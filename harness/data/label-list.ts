import { readFileSync } from 'node:fs';
import { UsageError } from '../errors.ts';

export interface LabelListOptions {
	/** Text file with one image a line; empty lines and those that begin with # are passed over. */
	readonly file: string;
	/** Class of each training image. */
	readonly labels: Int32Array;
	/** Number of classes. */
	readonly classes: number;
	/** Gives the name of each training image, where the source has any; asked if the list names images. */
	readonly names?: () => readonly string[];
	/** Accept lists that leave a class without labelled images. Default false. */
	readonly acceptEmptyClasses?: boolean;
}

/** The last part of a path, without its ending. */
const stem = (name: string): string => (name.split(/[/\\]/u).at(-1) ?? name).replace(/\.[^.]+$/u, '');

/** Images by whole name and by stem; undefined where several images share it. */
function indexNames(names: readonly string[]): Map<string, number | undefined> {
	const byName = new Map<string, number | undefined>();
	for (const [image, name] of names.entries()) {
		for (const key of new Set([name, stem(name)])) byName.set(key, byName.has(key) ? undefined : image);
	}
	return byName;
}

/**
 * Reads a published list of the images whose labels may be used, as s4l and SimCLR give for 1 and 10 % of ImageNet:
 * numbers of training images from 0, or file names (`n01440764_10026.JPEG`, with or without folders and ending).
 *
 * @returns indices in ascending order, as `selectLabelled`
 * @throws UsageError naming the line, for an image that there is not, one that is listed twice, a name that several
 * images share; for an empty list, and for a class without any listed image
 */
export function readLabelList(options: LabelListOptions): Uint32Array {
	const { file, labels, classes, names, acceptEmptyClasses = false } = options;
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch (error) {
		throw new UsageError(
			`label list: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`,
			'give a text file with one image a line',
			error,
		);
	}
	let known: Map<string, number | undefined> | undefined;
	const byName = names && (() => (known ??= indexNames(names())));
	const lineOf = new Map<number, number>();
	for (const [at, line] of text.split(/\r?\n/u).entries()) {
		const entry = line.trim();
		if (entry === '' || entry.startsWith('#')) continue;
		const refuse = (problem: string): never => {
			throw new UsageError(
				`label list: ${file} line ${at + 1}: ${problem}`,
				'each line is the number of a training image, from 0, or its file name',
			);
		};
		const image = findImage(entry, labels.length, byName, refuse);
		const earlier = lineOf.get(image);
		if (earlier !== undefined) refuse(`"${entry}" is the image of line ${earlier} again`);
		lineOf.set(image, at + 1);
	}
	if (lineOf.size === 0) throw new UsageError(`label list: ${file} lists no image`, 'give one image a line');
	const listed = Uint32Array.from(lineOf.keys()).sort();
	const perClass = new Array<number>(classes).fill(0);
	for (const image of listed) perClass[labels[image]] += 1;
	const empty = perClass.flatMap((count, label) => (count === 0 ? [label] : []));
	if (empty.length > 0 && !acceptEmptyClasses) {
		throw new UsageError(
			`label list: ${file} lists no image of ${empty.length} of ${classes} classes: ${empty.slice(0, 3).join(', ')}`,
			'give a list with images of every class',
		);
	}
	return listed;
}

function findImage(
	entry: string,
	count: number,
	names: (() => ReadonlyMap<string, number | undefined>) | undefined,
	refuse: (problem: string) => never,
): number {
	if (/^\d+$/u.test(entry)) {
		const image = Number(entry);
		return image < count ? image : refuse(`expected an image below ${count}, got ${entry}`);
	}
	if (!names) return refuse(`"${entry}" is no number, and this data source names no images`);
	const byName = names();
	const key = byName.has(entry) ? entry : stem(entry);
	if (!byName.has(key)) return refuse(`there is no training image "${entry}"`);
	return byName.get(key) ?? refuse(`several training images are called "${key}"; give their folders too`);
}
