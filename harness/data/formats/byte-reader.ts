import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { damagedFile, openForReading, problemOf, readUpTo } from './read-file.ts';

/** Takes bytes from a stream in the pieces that a format is made of. */
export interface ByteReader {
	/** Bytes taken so far: the offset of the next one, in the decompressed bytes. */
	readonly position: number;
	/**
	 * The next `count` bytes.
	 *
	 * @throws UsageError if fewer follow, with the offset
	 */
	take(count: number): Promise<Buffer>;
	/** Leaves out the next `count` bytes. */
	skip(count: number): Promise<void>;
	/** Whether all bytes were taken. */
	isAtEnd(): Promise<boolean>;
	/** Closes the stream and its file. */
	close(): Promise<void>;
}

/** Reads of a stream at once, at most: skipping does not gather more. */
const skipBytes = 2 ** 20;

/**
 * @param file path for messages
 * @param release closes what lies under the stream
 */
export function createByteReader(
	stream: AsyncIterable<Uint8Array>,
	file: string,
	release: () => Promise<void> | void,
): ByteReader {
	const chunks = stream[Symbol.asyncIterator]();
	let held: Buffer[] = [];
	let heldBytes = 0;
	let position = 0;

	/** Gathers up to `count` bytes; fewer only at the end. */
	const gather = async (count: number): Promise<void> => {
		while (heldBytes < count) {
			let next: IteratorResult<Uint8Array>;
			try {
				next = await chunks.next();
			} catch (error) {
				const { code = '' } = error as NodeJS.ErrnoException;
				if (!/^(?:Z_|ERR_|UNEXPECTED)/u.test(code) && !/tar/iu.test((error as Error).message)) {
					throw damagedFile(file, undefined, problemOf(error), undefined, error);
				}
				const cut = code === 'Z_BUF_ERROR' || /end of data/iu.test((error as Error).message);
				const problem = cut
					? 'the compressed file is cut short'
					: `the compression is damaged (${code || (error as Error).message})`;
				throw damagedFile(file, position + heldBytes, `${problem} (counted unpacked)`, undefined, error);
			}
			if (next.done) return;
			held.push(Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength));
			heldBytes += next.value.byteLength;
		}
	};
	const cut = (count: number): Buffer => {
		const all = held.length === 1 ? held[0] : Buffer.concat(held);
		held = all.length > count ? [all.subarray(count)] : [];
		heldBytes -= count;
		position += count;
		return all.subarray(0, count);
	};
	const take = async (count: number): Promise<Buffer> => {
		await gather(count);
		if (heldBytes < count) {
			const problem = `${count} more bytes are needed here, ${heldBytes} are left; the file is truncated`;
			throw damagedFile(file, position, problem);
		}
		return cut(count);
	};
	return {
		get position() {
			return position;
		},
		take,
		async skip(count) {
			for (let left = count; left > 0; left -= skipBytes) await take(Math.min(left, skipBytes));
		},
		async isAtEnd() {
			await gather(1);
			return heldBytes === 0;
		},
		async close() {
			await chunks.return?.();
			await release();
		},
	};
}

/** Destroys streams and waits until their files are closed. */
export async function destroyStreams(...streams: readonly Readable[]): Promise<void> {
	await Promise.all(
		streams.map(stream => {
			if (stream.closed) return undefined;
			return new Promise<void>(resolve => {
				stream.once('close', () => resolve());
				stream.on('error', () => {});
				stream.destroy();
			});
		}),
	);
}

/** Whether a file starts as gzip does. */
export async function isGzip(file: string): Promise<boolean> {
	const handle = await openForReading(file);
	try {
		const start = await readUpTo(handle, file, 0, 2);
		return start[0] === 0x1f && start[1] === 0x8b;
	} finally {
		await handle.close();
	}
}

/**
 * Opens a file that may be gzipped, which its first bytes tell.
 *
 * @throws UsageError if it is missing or may not be read
 */
export async function openBytes(file: string): Promise<ByteReader> {
	const gzipped = await isGzip(file);
	const raw = createReadStream(file, { highWaterMark: 2 ** 18 });
	if (!gzipped) return createByteReader(raw, file, () => destroyStreams(raw));
	const unpacked = createGunzip({ chunkSize: 2 ** 18 });
	raw.on('error', error => unpacked.destroy(error));
	raw.pipe(unpacked);
	return createByteReader(unpacked, file, () => destroyStreams(raw, unpacked));
}
