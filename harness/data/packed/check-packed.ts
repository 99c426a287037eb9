import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { createDecoder, type Decoder } from '../decoding/decoder.ts';
import { loadDecoderBinding } from '../decoding/decoder-binding.ts';
import { findRecipe } from '../preparation/recipes.ts';
import { digestOfIndex } from './build-index.ts';
import type { PackedIndex, PackedSplit, ShardRecord, SkippedPicture } from './format.ts';
import { readFileOf } from './packed-split.ts';
import { digestOfFile, readIndex, readRecord } from './read-records.ts';
import { openShardReader } from './shard-reader.ts';

export interface PackedProblem {
	/** Relative to the folder. */
	readonly file: string;
	readonly problem: string;
}

export interface PackedCheck {
	readonly index: PackedIndex;
	/** None for a set that is as it was packed. */
	readonly problems: readonly PackedProblem[];
	/** Pictures that `pack` left out, by split. */
	readonly skipped: ReadonlyArray<SkippedPicture & { readonly split: string }>;
	readonly shards: number;
	readonly images: number;
	readonly bytes: number;
	/** Pictures that were decoded. */
	readonly decoded: number;
}

export interface CheckOptions {
	/** Decode every picture of `bytes` shards. Default false. */
	readonly decode?: boolean;
	readonly signal?: AbortSignal;
	/** Told of the shards done and of their number. */
	readonly onProgress?: (done: number, total: number) => void;
}

/** Most pictures that are decoded together. */
const together = 32;

async function digestOfShard(file: string, signal: AbortSignal | undefined): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) {
		signal?.throwIfAborted();
		hash.update(chunk as Buffer);
	}
	return hash.digest('hex');
}

function checkRecord(record: ShardRecord, index: PackedIndex, form: PackedSplit['form']): string | undefined {
	const { count, bytes, labels, keys, contents, lengths } = record;
	for (const [name, list] of Object.entries({ labels, keys, contents, ...(lengths && { lengths }) })) {
		if (list.length !== count) return `it lists ${list.length} ${name} for ${count} images`;
	}
	const wrong = labels.find(label => label >= index.classNames.length);
	if (wrong !== undefined)
		return `label ${wrong} is not below ${index.classNames.length}, the number of classes`;
	const imageBytes = index.resolution ** 2 * 3;
	const expected =
		form === 'pixels' ? count * imageBytes : (lengths ?? []).reduce((sum, length) => sum + length, 0);
	return expected === bytes ? undefined : `its ${count} images take ${expected} bytes, it says ${bytes}`;
}

/**
 * Checks a packed set against what its index says: every digest, size and count, that no file is missing or left
 * over, and, if asked for, that every picture decodes.
 *
 * @throws UsageError if the index is missing or damaged
 */
export async function checkPacked(folder: string, options: CheckOptions = {}): Promise<PackedCheck> {
	const { decode = false, signal, onProgress = () => {} } = options;
	const index = readIndex(folder);
	const problems: PackedProblem[] = [];
	const skipped: Array<SkippedPicture & { split: string }> = [];
	const expected = new Set(['index.json']);
	let [done, images, bytes, decoded] = [0, 0, 0, 0];
	let decoder: Decoder | undefined;
	if (digestOfIndex(index) !== index.digest) {
		problems.push({ file: 'index.json', problem: 'its content does not have the digest that it gives' });
	}
	const splits = Object.entries(index.splits).filter((entry): entry is [string, PackedSplit] => !!entry[1]);
	const total = splits.reduce((sum, [, split]) => sum + split.shards.length, 0);
	for (const [name, split] of splits) {
		const labelHash = createHash('sha256');
		const perClass = new Array<number>(index.classNames.length).fill(0);
		let count = 0;
		for (const shard of split.shards) {
			const recordName = shard.file.replace(/\.[a-z]+$/u, '.json');
			expected.add(shard.file).add(recordName);
			const file = path.join(folder, shard.file);
			const report = (which: string, problem: string): void => void problems.push({ file: which, problem });
			const size = statSync(file, { throwIfNoEntry: false })?.size;
			if (size === undefined) report(shard.file, 'it is missing');
			else if (size !== shard.bytes) report(shard.file, `it has ${size} bytes, expected ${shard.bytes}`);
			else if ((await digestOfShard(file, signal)) !== shard.sha256) {
				report(shard.file, `its content was changed: SHA-256 is not ${shard.sha256}`);
			}
			const recordFile = path.join(folder, recordName);
			if (!existsSync(recordFile)) report(recordName, 'it is missing');
			else if (digestOfFile(recordFile) !== shard.record) {
				report(recordName, `its content was changed: SHA-256 is not ${shard.record}`);
			} else {
				const record = readRecord(recordFile);
				const problem = checkRecord(record, index, split.form);
				if (problem) report(recordName, problem);
				labelHash.update(new Uint8Array(Int32Array.from(record.labels).buffer));
				for (const label of record.labels) perClass[label] += 1;
				count += record.count;
				skipped.push(...record.skipped.map(picture => ({ split: name, ...picture })));
				if (decode && split.form === 'bytes' && size === shard.bytes) {
					decoder ??= createDecoder({
						binding: loadDecoderBinding(availableParallelism()),
						...{ resolution: index.resolution, resize: findRecipe(index.recipe).resize, form: 'bytes' },
					});
					for (const bad of decodeShard(folder, shard.file, record, decoder)) {
						report(shard.file, bad);
					}
					decoded += record.count;
				}
			}
			images += shard.count;
			bytes += shard.bytes;
			done += 1;
			onProgress(done, total);
			signal?.throwIfAborted();
		}
		if (count !== split.count) {
			problems.push({
				file: 'index.json',
				problem: `${name}: the records list ${count} images, it says ${split.count}`,
			});
		} else if (labelHash.digest('hex') !== split.labels || `${perClass}` !== `${split.perClass}`) {
			problems.push({
				file: 'index.json',
				problem: `${name}: the labels of the records are not those it gives`,
			});
		}
	}
	decoder?.close();
	for (const file of readdirSync(folder).sort()) {
		if (!expected.has(file)) problems.push({ file, problem: 'it is no part of the set' });
	}
	return { index, problems, skipped, shards: total, images, bytes, decoded };
}

function* decodeShard(
	folder: string,
	file: string,
	record: ShardRecord,
	decoder: Decoder,
): Generator<string> {
	const lengths = Uint32Array.from(record.lengths ?? []);
	const offsets = new Float64Array(lengths.length);
	for (let image = 1; image < lengths.length; image++)
		offsets[image] = offsets[image - 1] + lengths[image - 1];
	const shards = [{ file, count: record.count }];
	const reader = openShardReader({ folder, shards, imageBytes: null, offsets, lengths });
	try {
		for (let from = 0; from < record.count; from += together) {
			const images = Array.from({ length: Math.min(together, record.count - from) }, (_, at) => from + at);
			const prepared = decoder.prepare(
				images.map(image => ({
					bytes: readFileOf(reader, image),
					choose: (height, width) => ({ top: 0, left: 0, height, width }),
				})),
			);
			for (const [at, result] of prepared.entries()) {
				if (!(result instanceof Error)) continue;
				const image = images[at];
				yield `at byte ${offsets[image]} (${record.keys[image]}): ${result.message}`;
			}
		}
	} finally {
		reader.close();
	}
}
