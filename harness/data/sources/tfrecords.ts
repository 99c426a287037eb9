import { stat } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { damagedFile } from '../formats/read-file.ts';
import { readTfRecords, type TfRecord } from '../formats/tfrecord.ts';
import { buildSource, type SplitReader } from './build-source.ts';
import { checkLabels } from './check-labels.ts';
import { type ExampleFields, findFields, listFeatures, toPicture } from './example-fields.ts';
import { listRecordShards } from './record-shards.ts';
import type { DamagedPicture, OpenSourceOptions, PictureSource, SourcePicture, SplitName } from './source.ts';

/** Classes of ImageNet: TF-Slim's files say neither their number nor their names. */
const slimClassCount = 1000;

interface SplitShards {
	readonly target: string;
	readonly split: SplitName;
	readonly files: readonly string[];
	readonly fields: ExampleFields;
	readonly classNames: readonly string[];
	/** Records of each file. */
	readonly counts: readonly number[];
	readonly acceptLabels: boolean;
}

/** Number of records in a file, from their lengths alone. */
async function countRecords(file: string): Promise<number> {
	let count = 0;
	for await (const _ of readTfRecords(file, () => false)) count++;
	return count;
}

async function readFields(file: string): Promise<ExampleFields> {
	for await (const { data, offset, problem } of readTfRecords(file, () => true)) {
		if (!data) throw damagedFile(file, offset, problem ?? 'the first record cannot be read');
		try {
			const fields = findFields(data);
			if (fields) return fields;
			const has = listFeatures(data).join(', ') || 'none';
			throw damagedFile(
				file,
				offset,
				`the record has no picture under \`image\` or \`image/encoded\` (its features: ${has})`,
				'give records of tf.train.Example as TensorFlow Datasets or TF-Slim writes them',
			);
		} catch (error) {
			if (!(error instanceof RangeError)) throw error;
			throw damagedFile(file, offset, `the record's message ${error.message}`, undefined, error);
		}
	}
	throw damagedFile(file, 0, 'the file has no record');
}

function splitReader(shards: SplitShards): SplitReader {
	const { target, split, files, fields, classNames, counts, acceptLabels } = shards;
	const total = counts.reduce((sum, count) => sum + count, 0);

	/** Everything that can be told about a record by itself. */
	const toItem = (
		{ index, offset, data, problem }: TfRecord,
		file: string,
		position: number,
	): SourcePicture | DamagedPicture => {
		const place = { position, file, offset };
		const numbered = `${path.basename(file)}#${index}`;
		const picture = data ? toPicture(data, fields) : (problem ?? 'the record cannot be read');
		if (typeof picture === 'string') return { ...place, key: numbered, problem: picture };
		const { bytes, label, fileName = numbered } = picture;
		if (label !== null && (label < 0 || label >= classNames.length)) {
			const range = `${fields.firstLabel} to ${classNames.length - 1 + fields.firstLabel}`;
			throw damagedFile(
				file,
				offset,
				`record ${index} has label ${label + fields.firstLabel}, expected ${range} by ${fields.name}`,
				'put the class names beside the files as labels.txt, one a line, in the order of the labels',
			);
		}
		return { ...place, key: fileName, label, content: { kind: 'encoded', bytes } };
	};
	/** Records of one shard at the wanted places, which `next` gives one by one. */
	async function* readShard(
		shard: number,
		first: number,
		next: { value: number | undefined; advance(): void },
	): AsyncGenerator<SourcePicture | DamagedPicture> {
		const file = files[shard];
		const wrongCount = (count: string): Error =>
			damagedFile(
				file,
				undefined,
				`has ${count} records, dataset_info.json states ${counts[shard]}`,
				'fetch or convert the file again',
			);
		let seen = 0;
		for await (const record of readTfRecords(file, index => first + index === next.value)) {
			seen = record.index + 1;
			if (seen > counts[shard]) throw wrongCount('more');
			if (first + record.index !== next.value) continue;
			const item = toItem(record, file, next.value);
			next.advance();
			yield item;
			if (next.value === undefined) return;
		}
		if (seen < counts[shard]) throw wrongCount(String(seen));
	}
	async function* read(positions: Iterable<number>): AsyncGenerator<SourcePicture | DamagedPicture> {
		const wanted = positions[Symbol.iterator]();
		const next = {
			value: wanted.next().value as number | undefined,
			advance() {
				this.value = wanted.next().value;
			},
		};
		const places = new Map<string, number>();
		const labels: number[] = [];
		let first = 0;
		for (const shard of files.keys()) {
			const end = first + counts[shard];
			if (next.value !== undefined && next.value < end) {
				for await (const item of readShard(shard, first, next)) {
					const before = places.get(item.key);
					if (before !== undefined) {
						const { position, key, file, offset } = item;
						const problem = `'${key}' is there already, as picture ${before}`;
						yield { position, key, file, offset, problem };
						continue;
					}
					places.set(item.key, item.position);
					if (!('problem' in item)) labels.push(item.label ?? -1);
					yield item;
				}
			}
			first = end;
		}
		if (labels.length === total && !acceptLabels) {
			checkLabels({ kind: 'tfrecords', target, split, classNames, labels: Int32Array.from(labels) });
		}
	}

	return {
		count: total,
		read,
		async labels() {
			const labels = new Int32Array(total).fill(-1);
			for await (const item of read(Array(total).keys())) {
				if (!('problem' in item)) labels[item.position] = item.label ?? -1;
			}
			return labels;
		},
		files: () =>
			Promise.all(files.map(async file => ({ name: path.basename(file), bytes: (await stat(file)).size }))),
	};
}

/**
 * Opens TFRecord files of tf.train.Example with encoded pictures: those of TensorFlow Datasets (imagenet2012 and
 * its like) and of TF-Slim, whose labels start at 1; the first record tells which. Lengths and messages are held
 * against their checksums. The labels lie in the records, so that they are checked (`checkLabels`) only when all of
 * them have been read.
 *
 * @throws UsageError as `listRecordShards`; with the byte offset for damage; while reading, if a file has another
 * number of records than dataset_info.json states
 */
export async function openTfRecords(target: string, options: OpenSourceOptions): Promise<PictureSource> {
	const folder = path.resolve(target);
	const { train, test, classNames: named, stated } = listRecordShards(folder);
	const fields = await readFields(train[0]);
	const classNames =
		named ??
		(fields.firstLabel === 1
			? Array.from({ length: slimClassCount }, (_, label) => String(label))
			: undefined);
	if (!classNames) {
		throw new UsageError(
			`tfrecords: ${folder} says no class names (label.labels.txt, labels.txt) and no number of classes (features.json)`,
			'put the class names beside the files as labels.txt, one a line, in the order of the labels',
		);
	}
	const openSplit = async (split: SplitName, files: readonly string[]): Promise<SplitReader> => {
		const counts: number[] = [];
		for (const file of files) counts.push(stated.get(path.basename(file)) ?? (await countRecords(file)));
		const acceptLabels = options.acceptLabels ?? false;
		return splitReader({ target, split, files, fields, classNames, counts, acceptLabels });
	};
	return buildSource(
		{
			kind: 'tfrecords',
			target,
			name: path.basename(train[0]).replace(/[-.]?(?:train).*$/u, '') || path.basename(folder),
			recipe: `TFRecords of ${fields.name}`,
			classNames,
			train: await openSplit('train', train),
			test: test && (await openSplit('test', test)),
			labelsAreAtHand: false,
		},
		options,
	);
}
