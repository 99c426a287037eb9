import { readFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { damagedFile, problemOf } from '../formats/read-file.ts';
import { isFile } from './class-folders.ts';
import { type Devkit, findDevkit, linesOf } from './devkit.ts';

export interface ValidationPictures {
	/** Folders to look for the list in, nearest first. */
	readonly folders: readonly string[];
	/** Names of the pictures' files, sorted: the order of lists without names. */
	readonly names: readonly string[];
	/** Classes (`n01440764`) in the order of the labels: sorted. */
	readonly classNames: readonly string[];
}

export interface ValidationLabels {
	/** Label of each picture in the order of the names. */
	readonly labels: Int32Array;
	/** Which kind of list they come from, for recipes. */
	readonly origin: string;
}

/** Names under which lists of validation labels go about, in the order in which they are looked for. */
const labelListNames = [
	'LOC_val_solution.csv',
	'imagenet_2012_validation_synset_labels.txt',
	'validation_synset_labels.txt',
	'val_labels.txt',
	'val.txt',
	'ILSVRC2012_validation_ground_truth.txt',
] as const;

const fix =
	'put ILSVRC2012_devkit_t12.tar.gz beside the pictures, or a text list with a line `NAME.JPEG n01440764` a picture';

const bare = (name: string): string => path.posix.basename(name).replace(/\.[a-z]+$/iu, '');

/** The class that a line names; numbers are positions in the sorted classes, from 0 on (as in Caffe's val.txt). */
function labelOf(text: string, classNames: readonly string[], where: string): number {
	const label = /^\d+$/u.test(text) ? Number(text) : classNames.indexOf(text);
	if (label >= 0 && label < classNames.length) return label;
	const allowed = `one of the ${classNames.length} classes (${classNames[0]}, …) or a number below ${classNames.length}`;
	throw new UsageError(`${where}: expected ${allowed}, got '${text}'`, fix);
}

function checkCount(file: string, lines: number, pictures: number): void {
	if (lines === pictures) return;
	throw new UsageError(`${file}: has ${lines} labels for ${pictures} validation pictures`, fix);
}

/** Lines `NAME CLASS`: in any order, and each picture once. */
function byName(
	file: string,
	pairs: ReadonlyArray<readonly [name: string, text: string, line: number]>,
	{ names, classNames }: ValidationPictures,
): Int32Array {
	const known = new Map<string, { label: number; line: number }>();
	for (const [name, text, line] of pairs) {
		const key = bare(name);
		const before = known.get(key);
		if (before)
			throw new UsageError(`${file}: line ${line}: '${name}' is there already in line ${before.line}`, fix);
		known.set(key, { label: labelOf(text, classNames, `${file}: line ${line}`), line });
	}
	const missing = names.filter(name => !known.has(bare(name)));
	if (missing.length > 0) {
		const some = `${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', …' : ''}`;
		throw new UsageError(
			`${file}: has no label for ${missing.length} of ${names.length} validation pictures: ${some}`,
			fix,
		);
	}
	return Int32Array.from(names, name => known.get(bare(name))!.label);
}

function readList(file: string, pictures: ValidationPictures): Int32Array {
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch (error) {
		throw damagedFile(file, undefined, problemOf(error), 'check the path and its permissions', error);
	}
	const lines = linesOf(text).map((line, index) => [line.trim(), index + 1] as const);
	if (file.endsWith('.csv')) {
		// ImageId,PredictionString: the class, then a box, for each object in the picture; all of one class.
		const rows = lines.slice(1).map(([line, number]) => {
			const [name, objects = ''] = line.split(',');
			return [name, objects.trim().split(/\s+/u)[0], number] as const;
		});
		return byName(file, rows, pictures);
	}
	const words = lines.map(([line, number]) => [line.split(/\s+/u), number] as const);
	const first = words[0][0].length;
	const odd = words.find(([parts]) => parts.length !== first || parts[0] === '' || first > 2);
	if (odd) {
		throw new UsageError(`${file}: line ${odd[1]}: expected \`NAME CLASS\` or \`CLASS\` in every line`, fix);
	}
	if (first === 2) {
		return byName(
			file,
			words.map(([[name, text], line]) => [name, text, line]),
			pictures,
		);
	}
	if (words.every(([[text]]) => /^\d+$/u.test(text))) {
		throw new UsageError(
			`${file}: has numbers alone: those of the development kit are not in sorted order, and only its meta.mat says which class each is`,
			fix,
		);
	}
	checkCount(file, words.length, pictures.names.length);
	return Int32Array.from(words, ([[text], line]) =>
		labelOf(text, pictures.classNames, `${file}: line ${line}`),
	);
}

function readDevkit({ file, groundTruth, wnids }: Devkit, pictures: ValidationPictures): Int32Array {
	checkCount(file, groundTruth.length, pictures.names.length);
	return Int32Array.from(groundTruth, (text, index) => {
		const label = pictures.classNames.indexOf(wnids.get(Number(text)) ?? '');
		if (label !== -1) return label;
		throw new UsageError(
			`${file}: line ${index + 1}: class '${text}' (${wnids.get(Number(text)) ?? 'not in meta.mat'}) has no training pictures`,
			fix,
		);
	});
}

/**
 * Labels of the official validation pictures, which carry none in their names: from the development kit, from
 * Kaggle's LOC_val_solution.csv, or from a text list with a class, or a name and a class, in each line.
 *
 * @throws UsageError if there is no list, it has fewer or more labels than pictures, names a picture twice or an
 * unknown class, or gives bare numbers whose order only the kit knows
 */
export async function readValidationLabels(pictures: ValidationPictures): Promise<ValidationLabels> {
	const devkit = await findDevkit(pictures.folders);
	if (devkit) return { labels: readDevkit(devkit, pictures), origin: 'devkit ground truth' };
	for (const folder of pictures.folders) {
		for (const name of labelListNames) {
			const file = path.join(folder, name);
			if (!isFile(file)) continue;
			return { labels: readList(file, pictures), origin: name };
		}
	}
	throw new UsageError(
		`imagenet: no list of the labels of the ${pictures.names.length} validation pictures in ${pictures.folders.join(', ')}`,
		`${fix}; lists are looked for as ${labelListNames.join(', ')}`,
	);
}
