import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import {
	indexFile,
	type PackedIndex,
	packedIndexSchema,
	type ShardRecord,
	shardName,
	shardRecordSchema,
} from './format.ts';

/**
 * Reads `index.json`.
 *
 * @throws UsageError if the folder is no packed set, is not finished, or its index is damaged
 */
export function readIndex(folder: string): PackedIndex {
	const file = path.join(folder, indexFile);
	if (!existsSync(file)) {
		const begun = existsSync(path.join(folder, 'packing.json'));
		throw new UsageError(
			`packed: ${folder} ${begun ? 'is not packed to the end' : `has no ${indexFile}`}`,
			begun
				? 'repeat the `pack` command that began it: it goes on where it stopped'
				: 'give a folder that `fewer-labels pack SOURCE OUT --resolution R` made',
		);
	}
	try {
		return packedIndexSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
	} catch (error) {
		throw new UsageError(
			`packed: ${file} is damaged: ${(error as Error).message}`,
			'pack the set again',
			error,
		);
	}
}

/** Digest of a record's file. */
export const digestOfFile = (file: string): string =>
	createHash('sha256').update(readFileSync(file)).digest('hex');

/**
 * Reads the record of a shard.
 *
 * @param file path of the record
 * @throws UsageError if it is missing or damaged
 */
export function readRecord(file: string): ShardRecord {
	try {
		return shardRecordSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
	} catch (error) {
		throw new UsageError(
			`packed: ${file} cannot be read: ${(error as Error).message}`,
			'pack the set again',
			error,
		);
	}
}

/**
 * The shards that an interrupted `pack` finished, in order: those before the first one whose record is missing or
 * does not read, or whose file does not have its size.
 */
export function* finishedShards(
	folder: string,
	split: string,
	ending: string,
): Generator<{ name: string; record: ShardRecord }> {
	for (let shard = 0; ; shard++) {
		const name = shardName(split, shard);
		const file = path.join(folder, `${name}.json`);
		if (!existsSync(file)) return;
		let record: ShardRecord;
		try {
			record = readRecord(file);
		} catch {
			return;
		}
		const size = statSync(path.join(folder, `${name}.${ending}`), { throwIfNoEntry: false })?.size;
		if (size !== record.bytes) return;
		yield { name, record };
	}
}
