import { setImmediate } from 'node:timers/promises';
import { maskedCrc32c } from './crc32c.ts';
import { createWindow, damagedFile, openForReading, readUpTo } from './read-file.ts';

/** One record of a TFRecord file. */
export interface TfRecord {
	/** Number in its file, from 0 on. */
	readonly index: number;
	/** Of the record's first byte (its length field) in the file. */
	readonly offset: number;
	/** The message; undefined if it was not wanted or is damaged. Valid until the next record. */
	readonly data: Buffer | undefined;
	/** What is wrong with a record whose length can be trusted but whose content cannot, as a clause. */
	readonly problem: string | undefined;
}

const headerBytes = 12;
const footerBytes = 4;
/** Headers between two looks at what else the process has to do: an interruption, say. */
const headersAtOnce = 1024;
/** Messages up to this size are read together with their neighbours. */
const smallBytes = 2048;
/** A tf.train.Example of one picture stays far below this. */
const largestRecordBytes = 2 ** 30;

/**
 * Reads a TFRecord file: for each record its length (uint64), the masked CRC-32C of that, the message, and the
 * message's masked CRC-32C, little-endian.
 *
 * @param wants which records are read; the others are hopped over, their messages unchecked
 * @throws UsageError with the byte offset if a length is damaged or the file ends within a record: what follows
 * cannot be told apart then
 */
export async function* readTfRecords(
	file: string,
	wants: (index: number) => boolean,
): AsyncGenerator<TfRecord> {
	const handle = await openForReading(file);
	try {
		const window = createWindow(handle, file);
		let offset = 0;
		for (let index = 0; offset < window.size; index++) {
			const header = window.read(offset, headerBytes);
			if (header.length < headerBytes) {
				throw damagedFile(
					file,
					offset,
					`the file ends within the header of record ${index}; it is truncated`,
				);
			}
			if (maskedCrc32c(header.subarray(0, 8)) !== header.readUInt32LE(8)) {
				const compressed = index === 0 && header[0] === 0x1f && header[1] === 0x8b;
				const problem = compressed
					? 'the file is gzipped, which is not read'
					: `the length of record ${index} does not match its checksum`;
				throw damagedFile(file, offset, problem, compressed ? 'unpack it first (gunzip)' : undefined);
			}
			const length = Number(header.readBigUInt64LE(0));
			const start = offset + headerBytes;
			if (length > largestRecordBytes || start + length + footerBytes > window.size) {
				const has = `it needs ${length + footerBytes} bytes, the file has ${window.size - start} left`;
				throw damagedFile(file, offset, `the file ends within record ${index}: ${has}; it is truncated`);
			}
			if ((index + 1) % headersAtOnce === 0) await setImmediate();
			if (wants(index)) {
				const size = length + footerBytes;
				const small = size <= smallBytes;
				const body = small ? window.read(start, size) : await readUpTo(handle, file, start, size);
				const data = body.subarray(0, length);
				const intact = maskedCrc32c(data) === body.readUInt32LE(length);
				yield {
					index,
					offset,
					data: intact ? data : undefined,
					problem: intact ? undefined : `record ${index} does not match its checksum (crc32c)`,
				};
			} else {
				yield { index, offset, data: undefined, problem: undefined };
			}
			offset = start + length + footerBytes;
		}
	} finally {
		await handle.close();
	}
}
