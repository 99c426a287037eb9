import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { isFolder, listFolder } from './class-folders.ts';
import { suggestForm } from './suggest-form.ts';

export interface RecordShards {
	/** Files of each split in order, as paths. */
	readonly train: readonly string[];
	readonly test: readonly string[] | null;
	/** Class names; undefined if no file says them. */
	readonly classNames: readonly string[] | undefined;
	/** Records of each file that dataset_info.json states, by the file's name. */
	readonly stated: ReadonlyMap<string, number>;
}

/** `imagenet2012-train.tfrecord-00000-of-01024`, `train-00000-of-01024`. */
const shardName =
	/^(?<set>.*?)(?<split>train|validation|val|test)(?:\.tfrecords?)?-(?<index>\d{5})-of-(?<count>\d{5})$/u;

const testSplits = ['validation', 'val', 'test'];
const labelFiles = [
	'label.labels.txt',
	'labels.txt',
	'synsets.txt',
	'imagenet_lsvrc_2015_synsets.txt',
] as const;
const fix =
	'give the folder of the record files: those of TensorFlow Datasets lie in SET/VERSION/ (dataset_info.json beside them)';

/** @throws UsageError if files of the split are missing, or come from several conversions */
function checkComplete(folder: string, names: readonly string[]): void {
	const counts = new Set(names.map(name => shardName.exec(name)!.groups!.count));
	if (counts.size > 1) {
		throw new UsageError(
			`tfrecords: ${folder} mixes shards of ${[...counts].map(Number).join(' and ')} files: ${names[0]}, ${names.at(-1)}`,
			'keep the files of one conversion in the folder',
		);
	}
	const there = new Set(names.map(name => Number(shardName.exec(name)!.groups!.index)));
	const count = Number([...counts][0]);
	const missing = Array.from({ length: count }, (_, index) => index).filter(index => !there.has(index));
	if (missing.length === 0) return;
	const first = names[0].replace(/\d{5}-of/u, `${String(missing[0]).padStart(5, '0')}-of`);
	throw new UsageError(
		`tfrecords: ${missing.length} of ${count} shards are missing in ${folder}: ${first}${missing.length > 1 ? ', …' : ''}`,
		'fetch or convert the missing files',
	);
}

/** Records of each file, as dataset_info.json states them; the order of its lists is that of the files. */
function readStated(folder: string, splits: ReadonlyMap<string, readonly string[]>): Map<string, number> {
	const file = path.join(folder, 'dataset_info.json');
	const stated = new Map<string, number>();
	if (!existsSync(file)) return stated;
	let info: { splits?: ReadonlyArray<{ name?: string; shardLengths?: readonly string[] }> };
	try {
		info = JSON.parse(readFileSync(file, 'utf8'));
	} catch (error) {
		throw new UsageError(
			`${file}: cannot be read: ${(error as Error).message}`,
			'fetch the file again',
			error,
		);
	}
	for (const { name = '', shardLengths = [] } of info.splits ?? []) {
		const names = splits.get(name);
		if (names?.length !== shardLengths.length) continue;
		for (const [index, shard] of names.entries()) stated.set(shard, Number(shardLengths[index]));
	}
	return stated;
}

function readClassNames(folder: string): string[] | undefined {
	const names = [...labelFiles, ...listFolder(folder).files.filter(file => file.endsWith('.labels.txt'))];
	const file = names.map(name => path.join(folder, name)).find(candidate => existsSync(candidate));
	if (file) return readFileSync(file, 'utf8').replace(/\s+$/u, '').split(/\r?\n/u);
	const features = path.join(folder, 'features.json');
	if (!existsSync(features)) return undefined;
	const stated = /"numClasses":\s*"?(?<count>\d+)/u.exec(readFileSync(features, 'utf8'))?.groups?.count;
	return stated === undefined
		? undefined
		: Array.from({ length: Number(stated) }, (_, label) => String(label));
}

/** A folder below with record files, for the hint. */
function findBelow(folder: string): string | undefined {
	const inner = (parent: string): string[] => listFolder(parent).folders.map(name => path.join(parent, name));
	const holds = (candidate: string): boolean =>
		listFolder(candidate).files.some(name => shardName.test(name));
	const below = inner(folder);
	return [...below, ...below.flatMap(inner)].find(holds);
}

/**
 * The record files of a folder by split, with what lies beside them.
 *
 * @throws UsageError if there are none for training, shards are missing, or another set lies there too
 */
export function listRecordShards(folder: string): RecordShards {
	if (!isFolder(folder)) throw new UsageError(`tfrecords: ${folder} is not a folder`, fix);
	const splits = new Map<string, string[]>();
	const sets = new Set<string>();
	for (const name of listFolder(folder).files) {
		const { set, split } = shardName.exec(name)?.groups ?? {};
		if (split === undefined) continue;
		sets.add(set);
		splits.set(split, [...(splits.get(split) ?? []), name]);
	}
	const train = splits.get('train');
	if (!train) {
		const right = findBelow(folder);
		throw new UsageError(
			`tfrecords: ${folder} has no training files (…train.tfrecord-00000-of-01024 or train-00000-of-01024)`,
			right ? `did you mean \`tfrecords:${right}\`? ${fix}` : suggestForm(folder, fix),
		);
	}
	if (sets.size > 1) {
		throw new UsageError(
			`tfrecords: ${folder} holds ${sets.size} data sets: ${[...sets].map(set => `${set}…`).join(', ')}`,
			'keep each in a folder of its own',
		);
	}
	const testName = testSplits.find(name => splits.has(name));
	const test = testName === undefined ? null : (splits.get(testName) as string[]);
	for (const names of test ? [train, test] : [train]) checkComplete(folder, names);
	const paths = (names: readonly string[]): string[] => names.map(name => path.join(folder, name));
	return {
		train: paths(train),
		test: test && paths(test),
		classNames: readClassNames(folder),
		stated: readStated(folder, splits),
	};
}
