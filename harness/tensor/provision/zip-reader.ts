import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { EnvironmentError } from '../../errors.ts';

// Wheels are zip files; only a few of their 15,000 entries are needed, the largest of them 1 GB. Reading the
// directory and streaming single entries takes no memory, no temporary copy and no other program.

/** One file in a zip archive. */
export interface ZipEntry {
	readonly name: string;
	/** 0 stored, 8 deflated. */
	readonly method: number;
	readonly crc32: number;
	readonly compressedBytes: number;
	readonly bytes: number;
	/** Offset of the entry's local header in the archive. */
	readonly headerOffset: number;
	/** True if any execute bit is set. */
	readonly executable: boolean;
}

const endSignature = 0x0605_4b50;
const entrySignature = 0x0201_4b50;
const headerSignature = 0x0403_4b50;
/** Length of the end record, and of the longest comment that may follow it. */
const endBytes = 22;
const longestComment = 0xffff;
/** Marks a number that stands in a zip64 record instead. */
const beyond32Bits = 0xffff_ffff;

function damaged(archive: string, reason: string): EnvironmentError {
	return new EnvironmentError(
		`${archive}: not a complete zip file (${reason})`,
		'delete the file and run the command again, or give an intact wheel with --tensorflow PATH',
	);
}

async function readAt(archive: string, offset: number, length: number): Promise<Buffer> {
	const handle = await open(archive, 'r');
	try {
		const buffer = Buffer.alloc(length);
		const { bytesRead } = await handle.read(buffer, 0, length, offset);
		if (bytesRead < length) throw damaged(archive, `ends before byte ${offset + length}`);
		return buffer;
	} finally {
		await handle.close();
	}
}

/**
 * Lists the files in a zip archive.
 *
 * @throws EnvironmentError if the file is truncated, no zip, or larger than 4 GiB (zip64)
 */
export async function readZipEntries(archive: string): Promise<ZipEntry[]> {
	const handle = await open(archive, 'r');
	const { size } = await handle.stat().finally(() => handle.close());
	const tail = await readAt(
		archive,
		Math.max(0, size - endBytes - longestComment),
		Math.min(size, endBytes + longestComment),
	);
	let end = tail.length - endBytes;
	while (end >= 0 && tail.readUInt32LE(end) !== endSignature) end--;
	if (end < 0) throw damaged(archive, 'no end record');
	const count = tail.readUInt16LE(end + 10);
	const directoryBytes = tail.readUInt32LE(end + 12);
	const directoryOffset = tail.readUInt32LE(end + 16);
	if (count === 0xffff || directoryOffset === beyond32Bits) throw damaged(archive, 'zip64 is not supported');
	// Before memory is taken for what a damaged record claims.
	if (directoryOffset + directoryBytes > size) throw damaged(archive, 'its directory lies beyond its end');
	const directory = await readAt(archive, directoryOffset, directoryBytes);

	const entries: ZipEntry[] = [];
	let offset = 0;
	for (let index = 0; index < count; index++) {
		if (offset + 46 > directory.length || directory.readUInt32LE(offset) !== entrySignature) {
			throw damaged(archive, `entry ${index} of ${count} has no signature`);
		}
		const nameBytes = directory.readUInt16LE(offset + 28);
		const entry = {
			name: directory.toString('utf8', offset + 46, offset + 46 + nameBytes),
			method: directory.readUInt16LE(offset + 10),
			crc32: directory.readUInt32LE(offset + 16),
			compressedBytes: directory.readUInt32LE(offset + 20),
			bytes: directory.readUInt32LE(offset + 24),
			headerOffset: directory.readUInt32LE(offset + 42),
			executable: ((directory.readUInt32LE(offset + 38) >>> 16) & 0o111) !== 0,
		};
		if (Math.max(entry.compressedBytes, entry.bytes, entry.headerOffset) === beyond32Bits) {
			throw damaged(archive, `zip64 is not supported: ${entry.name}`);
		}
		entries.push(entry);
		offset += 46 + nameBytes + directory.readUInt16LE(offset + 30) + directory.readUInt16LE(offset + 32);
	}
	return entries;
}

/** The decompressed bytes of an entry, as a stream that fails unless length and checksum are right. */
async function openEntry(archive: string, entry: ZipEntry): Promise<NodeJS.ReadableStream[]> {
	const header = await readAt(archive, entry.headerOffset, 30);
	if (header.readUInt32LE(0) !== headerSignature) throw damaged(archive, `no header for ${entry.name}`);
	if (entry.method !== 0 && entry.method !== 8) {
		throw damaged(archive, `compression method ${entry.method} of ${entry.name} is not supported`);
	}
	const start = entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
	let bytes = 0;
	let checksum = 0;
	const check = new Transform({
		transform(chunk: Buffer, _encoding, done) {
			bytes += chunk.length;
			checksum = zlib.crc32(chunk, checksum);
			// An entry that inflates beyond its stated size would fill the disk or the memory before its end.
			done(bytes > entry.bytes ? damaged(archive, `${entry.name} is longer than it claims`) : null, chunk);
		},
		flush(done) {
			const right = bytes === entry.bytes && checksum === entry.crc32;
			done(right ? null : damaged(archive, `wrong checksum of ${entry.name}`));
		},
	});
	// An empty range cannot be asked of a read stream.
	const source =
		entry.compressedBytes === 0
			? createReadStream('/dev/null')
			: createReadStream(archive, { start, end: start + entry.compressedBytes - 1, highWaterMark: 1 << 20 });
	if (entry.method === 0) return [source, check];
	return [source, zlib.createInflateRaw({ chunkSize: 1 << 20 }), check];
}

/** A whole entry in memory: `entry.bytes` of it, which the caller should have looked at. */
export async function readZipBytes(archive: string, entry: ZipEntry): Promise<Buffer> {
	const chunks: Buffer[] = [];
	await runPipeline(archive, entry, async source => {
		for await (const chunk of source) chunks.push(chunk as Buffer);
	});
	return Buffer.concat(chunks);
}

/** An entry of at most some megabytes, as text. */
export async function readZipText(archive: string, entry: ZipEntry): Promise<string> {
	return (await readZipBytes(archive, entry)).toString('utf8');
}

/**
 * Writes an entry to a file, under another name until it is complete and its checksum is right.
 *
 * @throws EnvironmentError if the archive is damaged
 */
export async function extractZipEntry(archive: string, entry: ZipEntry, target: string): Promise<void> {
	await mkdir(path.dirname(target), { recursive: true });
	const partial = `${target}.partial`;
	await runPipeline(archive, entry, createWriteStream(partial));
	if (entry.executable) await chmod(partial, 0o755);
	await rename(partial, target);
}

type Sink = NodeJS.WritableStream | ((source: AsyncIterable<unknown>) => Promise<void>);

async function runPipeline(archive: string, entry: ZipEntry, sink: Sink): Promise<void> {
	const streams = await openEntry(archive, entry);
	try {
		// The number of streams differs between stored and deflated entries, which the overloads cannot express.
		await pipeline([...streams, sink] as unknown as [NodeJS.ReadableStream, NodeJS.WritableStream]);
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code ?? '';
		throw code.startsWith('Z_') ? damaged(archive, `${entry.name}: ${code}`) : error;
	}
}
