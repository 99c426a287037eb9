import { createHash } from 'node:crypto';
import {
	closeSync,
	createReadStream,
	createWriteStream,
	fstatSync,
	openSync,
	readSync,
	rmSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { UsageError } from '../../errors.ts';
import { explainWriteError } from '../../write-atomically.ts';
import { longestNpyHeader, type NpyHeader, readNpyHeader } from './npy-header.ts';
import type { SourceProgress } from './source.ts';
import { makeUnpackedFolder } from './unpacked-folders.ts';
import { readZipDirectory, type ZipMember } from './zip-directory.ts';

const bytesOfType: Readonly<Record<string, number>> = { '|u1': 1, '<i4': 4, '<i8': 8, '<f4': 4, '<f8': 8 };
const chunkBytes = 4 * 2 ** 20;

/** An array that stays on disk; any part of it can be read. */
export interface StoredArray {
	/** Name of the array: that in the archive, or the file's. */
	readonly name: string;
	/** The file, for messages. */
	readonly file: string;
	readonly dtype: string;
	readonly shape: readonly number[];
	/** Raw bytes of the items with these indices of the first axis. */
	readRows(from: number, to: number): Buffer;
	/** SHA-256 over type, shape and data. Throws UsageError if the archive's checksum says that they are damaged. */
	digest(onProgress: SourceProgress, signal?: AbortSignal): Promise<string>;
}

export interface StoredArrays {
	readonly arrays: readonly StoredArray[];
	/** Closes files and removes what was unpacked. */
	close(): void;
}

/** Where an array's bytes lie: a .npy file, a part of an archive, or an unpacked copy. */
interface Extent {
	readonly name: string;
	readonly descriptor: number;
	readonly start: number;
	readonly bytes: number;
	/** Checksum over header and data, where one is known and was not checked yet. */
	readonly crc32?: number;
}

function refuse(file: string, problem: string, cause?: unknown): never {
	throw new UsageError(
		`${file}: ${problem}`,
		'give arrays as numpy.save, numpy.savez or numpy.savez_compressed write them: uint8, float32 or float64',
		cause,
	);
}

function openArray(file: string, extent: Extent): StoredArray {
	const { name, descriptor, start, bytes, crc32 } = extent;
	const head = Buffer.alloc(Math.min(bytes, longestNpyHeader));
	readSync(descriptor, head, 0, head.length, start);
	let header: NpyHeader;
	try {
		header = readNpyHeader(head);
	} catch (error) {
		return refuse(file, `array '${name}': ${(error as Error).message}`, error);
	}
	const { dtype, shape, dataOffset } = header;
	const itemBytes = bytesOfType[dtype];
	const rowBytes = shape.slice(1).reduce((product, extentOfAxis) => product * extentOfAxis, itemBytes ?? 0);
	const expected = rowBytes * (shape[0] ?? 1);
	if (itemBytes !== undefined && bytes - dataOffset < expected) {
		refuse(
			file,
			`array '${name}' of shape [${shape}] needs ${expected} bytes, the file has ${bytes - dataOffset}; it is truncated`,
		);
	}
	const dataStart = start + dataOffset;
	return {
		name,
		file,
		dtype,
		shape,
		readRows(from, to) {
			const buffer = Buffer.alloc((to - from) * rowBytes);
			const got = readSync(descriptor, buffer, 0, buffer.length, dataStart + from * rowBytes);
			if (got < buffer.length) refuse(file, `array '${name}' ends early: the file changed while it was read`);
			return buffer;
		},
		async digest(onProgress, signal) {
			const hash = createHash('sha256').update(JSON.stringify(['array', dtype, shape]));
			let checksum = zlib.crc32(head.subarray(0, dataOffset));
			for (let done = 0; done < expected; done += chunkBytes) {
				signal?.throwIfAborted();
				const chunk = Buffer.alloc(Math.min(chunkBytes, expected - done));
				readSync(descriptor, chunk, 0, chunk.length, dataStart + done);
				hash.update(chunk);
				checksum = zlib.crc32(chunk, checksum);
				onProgress(done + chunk.length, expected);
				await new Promise(resolve => setImmediate(resolve));
			}
			if (crc32 !== undefined && checksum !== crc32)
				refuse(file, `array '${name}' is damaged: wrong checksum`);
			return hash.digest('hex');
		},
	};
}

async function unpack(archive: string, name: string, member: ZipMember, target: string): Promise<void> {
	const source =
		member.storedBytes === 0
			? []
			: createReadStream(archive, { start: member.start, end: member.start + member.storedBytes - 1 });
	let checksum = 0;
	let bytes = 0;
	try {
		await pipeline(
			source,
			zlib.createInflateRaw({ chunkSize: 2 ** 20 }),
			async function* check(chunks: AsyncIterable<Buffer>) {
				for await (const chunk of chunks) {
					checksum = zlib.crc32(chunk, checksum);
					bytes += chunk.length;
					// A bomb: far more data than the directory says.
					if (bytes > member.bytes) break;
					yield chunk;
				}
			},
			createWriteStream(target),
		);
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code ?? '';
		if (code.startsWith('Z_')) refuse(archive, `array '${name}' is damaged: ${code}`, error);
		throw explainWriteError(target, error);
	}
	if (bytes !== member.bytes || checksum !== member.crc32) {
		refuse(archive, `array '${name}' is damaged: wrong length or checksum`);
	}
}

/**
 * The arrays of a .npz or .npy file. Arrays that are only stored are read in place; deflated ones are unpacked to
 * a temporary folder first, so that memory stays small whatever their size.
 *
 * @param temporaryParent an existing folder with room for unpacked arrays
 * @throws UsageError if the file is damaged or holds other types than uint8, float32 and float64
 */
export async function openStoredArrays(file: string, temporaryParent: string): Promise<StoredArrays> {
	const descriptors: number[] = [];
	let folder: string | undefined;
	const close = (): void => {
		for (const descriptor of descriptors.splice(0)) closeSync(descriptor);
		if (folder) rmSync(folder, { recursive: true, force: true });
		folder = undefined;
	};
	const open = (target: string): number => {
		const descriptor = openSync(target, 'r');
		descriptors.push(descriptor);
		return descriptor;
	};
	try {
		const descriptor = open(file);
		const magic = Buffer.alloc(2);
		readSync(descriptor, magic, 0, 2, 0);
		if (magic.toString('latin1') !== 'PK') {
			const extent = { name: path.basename(file), descriptor, start: 0, bytes: fstatSync(descriptor).size };
			return { arrays: [openArray(file, extent)], close };
		}
		const arrays: StoredArray[] = [];
		for (const member of readZipDirectory(file)) {
			const name = member.name.replace(/\.npy$/u, '');
			if (member.method === 0) {
				const { start, bytes, crc32 } = member;
				arrays.push(openArray(file, { name, descriptor, start, bytes, crc32 }));
				continue;
			}
			folder ??= makeUnpackedFolder(temporaryParent);
			const target = path.join(folder, `${arrays.length}.npy`);
			await unpack(file, name, member, target);
			arrays.push(openArray(file, { name, descriptor: open(target), start: 0, bytes: member.bytes }));
		}
		return { arrays, close };
	} catch (error) {
		close();
		throw error;
	}
}
