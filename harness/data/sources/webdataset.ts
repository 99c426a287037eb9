import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { damagedFile, openForReading, readUpTo } from '../formats/read-file.ts';
import { listTar, type TarEntry } from '../formats/tar-index.ts';
import { buildSource } from './build-source.ts';
import { type IndexedPicture, indexedSplit } from './indexed-split.ts';
import { listShards } from './shard-pattern.ts';
import type { OpenSourceOptions, PictureSource } from './source.ts';

/** A picture and its label as the shard says it: a number, a class's name, or none. */
interface Sample extends Omit<IndexedPicture, 'label'> {
	readonly stated: number | string | null;
}

const pictureEnds = ['jpg', 'jpeg', 'png', 'webp'];
const labelFields = ['label', 'cls', 'class_id', 'class'];
const nameFiles = ['classnames.txt', 'classes.txt', 'labels.txt', 'synsets.txt'];
/** A .cls or .json file above this size (bytes) is something else. */
const largestLabelBytes = 2 ** 20;
const reportEveryMs = 5000;
const fix =
	'a sample is KEY.jpg (or .png, .webp) with KEY.cls (a number) or KEY.json with a `label`, side by side in a shard';

/** Key and extension: the name up to the first dot of its last part, and what follows. */
function splitName(name: string): readonly [key: string, end: string] {
	const start = name.lastIndexOf('/') + 1;
	const dot = name.indexOf('.', start);
	return dot === -1 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1).toLowerCase()];
}

function parseLabel(text: string, end: string, file: string, { name, offset }: TarEntry): number | string {
	let value: unknown = text.trim();
	if (end === 'json') {
		try {
			const fields = JSON.parse(text) as Record<string, unknown>;
			value = labelFields.map(field => fields?.[field]).find(found => found !== undefined);
		} catch (error) {
			throw damagedFile(file, offset, `'${name}' is no JSON: ${(error as Error).message}`, fix, error);
		}
	}
	const isText = typeof value === 'string' && value !== '';
	if (isText && /^-?\d+$/u.test(value as string)) value = Number(value);
	if (isText || Number.isSafeInteger(value)) return value as number | string;
	const wanted = end === 'json' ? `one of ${labelFields.join(', ')} in it` : 'a number or a name';
	throw damagedFile(file, offset, `'${name}' has no label: expected ${wanted}`, fix);
}

async function indexShard(file: string, samples: Sample[], keys: Map<string, string>): Promise<void> {
	const handle = await openForReading(file);
	try {
		let group: { key: string; offset: number; picture?: TarEntry; stated?: number | string } | undefined;
		const finish = (): void => {
			if (!group) return;
			const { key, picture, stated = null } = group;
			if (!picture) {
				if (stated === null) return;
				const ends = pictureEnds.map(end => `.${end}`).join(', ');
				throw damagedFile(file, group.offset, `sample '${key}' has a label and no picture (${ends})`, fix);
			}
			const before = keys.get(key);
			if (before !== undefined) {
				const other = before === file ? 'in the shard' : `in ${before}`;
				throw damagedFile(file, picture.offset, `sample '${key}' is there already, ${other}`, fix);
			}
			keys.set(key, file);
			samples.push({ key, stated, file, offset: picture.offset, size: picture.size });
		};
		for await (const entry of listTar(handle, file)) {
			const [key, end] = splitName(entry.name);
			if (group?.key !== key) {
				finish();
				group = { key, offset: entry.offset };
			}
			if (pictureEnds.includes(end)) {
				if (group.picture) {
					throw damagedFile(file, entry.offset, `sample '${key}' has a second picture, '${entry.name}'`, fix);
				}
				group.picture = entry;
			} else if (end === 'cls' || end === 'json') {
				if (entry.size > largestLabelBytes) {
					throw damagedFile(file, entry.offset, `'${entry.name}' has ${entry.size} bytes: no label`, fix);
				}
				// A .cls file is the label; a .json file may say more, and less surely.
				if (end === 'json' && group.stated !== undefined) continue;
				const text = await readUpTo(handle, file, entry.offset, entry.size);
				group.stated = parseLabel(text.toString('utf8'), end, file, entry);
			}
		}
		finish();
	} finally {
		await handle.close();
	}
}

async function indexShards(
	files: readonly string[],
	report: OpenSourceOptions['report'],
): Promise<readonly Sample[]> {
	const missing = files.filter(file => !existsSync(file));
	if (missing.length > 0) {
		throw new UsageError(
			`webdataset: ${missing.length} of ${files.length} shards are missing: ${missing[0]}${missing.length > 1 ? ', …' : ''}`,
			fix,
		);
	}
	const samples: Sample[] = [];
	const keys = new Map<string, string>();
	let reportedAt = performance.now();
	for (const [index, file] of files.entries()) {
		await indexShard(file, samples, keys);
		if (performance.now() - reportedAt > reportEveryMs) {
			reportedAt = performance.now();
			report?.(`webdataset: index: ${index + 1} of ${files.length} shards`);
		}
	}
	return samples;
}

/** Names of the classes: of a list beside the shards, of the labels that are names, or their numbers. */
function nameClasses(folder: string, samples: readonly Sample[]): string[] {
	const list = nameFiles.map(name => path.join(folder, name)).find(file => existsSync(file));
	if (list) return readFileSync(list, 'utf8').replace(/\s+$/u, '').split(/\r?\n/u);
	const names = new Set<string>();
	let largest = -1;
	for (const { stated } of samples) {
		if (typeof stated === 'string') names.add(stated);
		else if (stated !== null) largest = Math.max(largest, stated);
	}
	if (names.size > 0) return [...names].sort();
	return Array.from({ length: largest + 1 }, (_, label) => String(label));
}

function labelSamples(samples: readonly Sample[], classNames: readonly string[]): IndexedPicture[] {
	const labels = new Map(classNames.map((name, label) => [name, label]));
	return samples.map(({ stated, ...sample }) => {
		const label = typeof stated === 'string' ? labels.get(stated) : stated === -1 ? null : stated;
		if (label === undefined || (label !== null && (label < 0 || label >= classNames.length))) {
			throw damagedFile(
				sample.file,
				sample.offset,
				`sample '${sample.key}' has label '${stated}', expected one of ${classNames.length} classes`,
				fix,
			);
		}
		return { ...sample, label };
	});
}

/**
 * Opens WebDataset shards: tar archives with a picture (.jpg, .png, .webp) and its label (.cls, or .json with a
 * `label`) side by side. One pass over the headers makes an index of the pictures. The order is that of the shards'
 * list and of the pictures in them.
 *
 * @throws UsageError as `listShards`; if a shard is missing; with the byte offset for a truncated or damaged
 * shard, a label that is none, and a key that occurs twice
 */
export async function openWebDataset(target: string, options: OpenSourceOptions): Promise<PictureSource> {
	const { train, test } = listShards(target);
	const trainSamples = await indexShards(train, options.report);
	const testSamples = test && (await indexShards(test, options.report));
	const folder = path.dirname(train[0]);
	const classNames = nameClasses(folder, trainSamples);
	return buildSource(
		{
			kind: 'webdataset',
			target,
			name: path.basename(folder),
			recipe: 'WebDataset tar shards, labels of .cls or .json files',
			classNames,
			train: indexedSplit(labelSamples(trainSamples, classNames), folder),
			test: testSamples && indexedSplit(labelSamples(testSamples, classNames), folder),
		},
		options,
	);
}
