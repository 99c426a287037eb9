import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { explainWriteError, writeFileAtomically } from '../../write-atomically.ts';
import type { ShardRecord, SkippedPicture } from './format.ts';

/** One image for a shard. */
export interface ShardImage {
	readonly bytes: Uint8Array;
	readonly label: number;
	readonly key: string;
	/** See `ShardRecord.contents`. */
	readonly content: number;
	/** Place in the source. */
	readonly position: number;
}

export interface ShardWriter {
	readonly count: number;
	/** Bytes so far. */
	readonly bytes: number;
	add(image: ShardImage): void;
	skip(picture: SkippedPicture): void;
	/** Counts the last image as converted. */
	convert(): void;
	/** Whether there is anything to write down. */
	isEmpty(): boolean;
	/**
	 * Gives the file its name and writes the record: from here on the shard exists.
	 *
	 * @param next place in the source of the first picture after the shard
	 */
	finish(next: number): void;
	/** Removes what was written. */
	abandon(): void;
}

const bufferBytes = 2 ** 20;

/**
 * Writes one shard under a temporary name; whatever an interrupted one left there is overwritten.
 *
 * @param folder of the packed set
 * @param name without ending: `train-00012`
 * @param ending `pixels` or `bytes`
 * @throws EnvironmentError if the disk is full or the folder cannot be written, from every function
 */
export function openShardWriter(folder: string, name: string, ending: 'pixels' | 'bytes'): ShardWriter {
	const file = path.join(folder, `${name}.${ending}`);
	const part = `${file}.part`;
	const attempt = <Result>(work: () => Result): Result => {
		try {
			return work();
		} catch (error) {
			throw explainWriteError(file, error);
		}
	};
	const descriptor = attempt(() => openSync(part, 'w', 0o644));
	const hash = createHash('sha256');
	const record: Omit<ShardRecord, 'count' | 'bytes' | 'sha256' | 'next' | 'converted'> = {
		schemaVersion: 1,
		labels: [],
		keys: [],
		contents: [],
		lengths: ending === 'bytes' ? [] : null,
		skipped: [],
	};
	const buffer = new Uint8Array(bufferBytes);
	let buffered = 0;
	let bytes = 0;
	let converted = 0;
	let closed = false;

	const write = (data: Uint8Array): void => {
		for (let written = 0; written < data.length; ) {
			written += attempt(() => writeSync(descriptor, data, written));
		}
	};
	const flush = (): void => {
		write(buffer.subarray(0, buffered));
		buffered = 0;
	};
	const close = (): void => {
		if (!closed) closeSync(descriptor);
		closed = true;
	};

	return {
		get count() {
			return record.labels.length;
		},
		get bytes() {
			return bytes;
		},
		add(image) {
			hash.update(image.bytes);
			if (buffered + image.bytes.length > bufferBytes) flush();
			if (image.bytes.length > bufferBytes) write(image.bytes);
			else {
				buffer.set(image.bytes, buffered);
				buffered += image.bytes.length;
			}
			bytes += image.bytes.length;
			record.labels.push(image.label);
			record.keys.push(image.key);
			record.contents.push(image.content);
			record.lengths?.push(image.bytes.length);
		},
		skip: picture => void record.skipped.push(picture),
		convert() {
			converted += 1;
		},
		isEmpty: () => record.labels.length === 0 && record.skipped.length === 0,
		finish(next) {
			flush();
			attempt(() => fsyncSync(descriptor));
			close();
			attempt(() => renameSync(part, file));
			const whole: ShardRecord = {
				...record,
				count: record.labels.length,
				bytes,
				sha256: hash.digest('hex'),
				next,
				converted,
			};
			writeFileAtomically(path.join(folder, `${name}.json`), `${JSON.stringify(whole)}\n`);
		},
		abandon() {
			close();
			rmSync(part, { force: true });
		},
	};
}
