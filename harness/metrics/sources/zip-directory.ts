import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { UsageError } from '../../errors.ts';

/** One file inside a zip archive. */
export interface ZipMember {
	readonly name: string;
	/** 0 stored, 8 deflated. */
	readonly method: number;
	readonly crc32: number;
	/** Where its data start in the archive, and their length there. */
	readonly start: number;
	readonly storedBytes: number;
	/** Length after inflating. */
	readonly bytes: number;
}

const signatures = { entry: 0x0201_4b50, header: 0x0403_4b50, end: 0x0605_4b50, end64: 0x0606_4b50 } as const;
const locator64Signature = 0x0706_4b50;
const endBytes = 22;
const longestComment = 0xffff;
const beyond32Bits = 0xffff_ffff;
/** Far more than any archive of arrays has; a claim beyond it is damage. */
const largestDirectory = 64 * 2 ** 20;

type Refuse = (problem: string) => never;

function readAt(descriptor: number, offset: number, length: number, refuse: Refuse): Buffer {
	const buffer = Buffer.alloc(length);
	const got = offset < 0 ? 0 : readSync(descriptor, buffer, 0, length, offset);
	if (got < length) refuse(`it ends before byte ${offset + length}`);
	return buffer;
}

/** Where the directory of the archive lies; archives above 4 GiB say it in a second record. */
function locateDirectory(descriptor: number, refuse: Refuse) {
	const { size } = fstatSync(descriptor);
	const tailBytes = Math.min(size, endBytes + longestComment);
	const tail = readAt(descriptor, size - tailBytes, tailBytes, refuse);
	let end = tail.length - endBytes;
	while (end >= 0 && tail.readUInt32LE(end) !== signatures.end) end--;
	if (end < 0) refuse('it has no end record');
	const locator = end - 20;
	if (locator >= 0 && tail.readUInt32LE(locator) === locator64Signature) {
		const record = readAt(descriptor, Number(tail.readBigUInt64LE(locator + 8)), 56, refuse);
		if (record.readUInt32LE(0) !== signatures.end64) refuse('it has no zip64 end record');
		return {
			count: Number(record.readBigUInt64LE(32)),
			bytes: Number(record.readBigUInt64LE(40)),
			offset: Number(record.readBigUInt64LE(48)),
		};
	}
	return {
		count: tail.readUInt16LE(end + 10),
		bytes: tail.readUInt32LE(end + 12),
		offset: tail.readUInt32LE(end + 16),
	};
}

/** Sizes and offset of an entry, from its zip64 field where 32 bits do not hold them. */
function readSizes(entry: Buffer, extra: Buffer) {
	const sizes = [entry.readUInt32LE(24), entry.readUInt32LE(20), entry.readUInt32LE(42)];
	for (let field = 0; field + 4 <= extra.length; field += 4 + extra.readUInt16LE(field + 2)) {
		if (extra.readUInt16LE(field) !== 1) continue;
		let position = field + 4;
		for (const [index, value] of sizes.entries()) {
			if (value !== beyond32Bits || position + 8 > extra.length) continue;
			sizes[index] = Number(extra.readBigUInt64LE(position));
			position += 8;
		}
		break;
	}
	const [bytes, storedBytes, headerOffset] = sizes;
	return { bytes, storedBytes, headerOffset };
}

/**
 * Lists the files in a zip archive of any size (zip64 included), without reading their data.
 *
 * @throws UsageError if the archive is truncated, damaged or no zip
 */
export function readZipDirectory(archive: string): ZipMember[] {
	const refuse: Refuse = problem => {
		throw new UsageError(
			`${archive}: not a complete .npz file: ${problem}`,
			'write or copy the file again; numpy.savez and numpy.savez_compressed make such files',
		);
	};
	const descriptor = openSync(archive, 'r');
	try {
		const { count, bytes, offset } = locateDirectory(descriptor, refuse);
		if (bytes > largestDirectory) refuse(`its directory claims ${bytes} bytes`);
		const directory = readAt(descriptor, offset, bytes, refuse);
		const members: ZipMember[] = [];
		let position = 0;
		for (let index = 0; index < count; index++) {
			if (position + 46 > directory.length || directory.readUInt32LE(position) !== signatures.entry) {
				refuse(`entry ${index} of ${count} has no signature`);
			}
			const entry = directory.subarray(position, position + 46);
			const nameEnd = position + 46 + entry.readUInt16LE(28);
			const extraEnd = nameEnd + entry.readUInt16LE(30);
			const name = directory.toString('utf8', position + 46, nameEnd);
			const { headerOffset, ...sizes } = readSizes(entry, directory.subarray(nameEnd, extraEnd));
			const method = entry.readUInt16LE(10);
			if (method !== 0 && method !== 8)
				refuse(`${name} is packed by method ${method}, not stored or deflated`);
			const header = readAt(descriptor, headerOffset, 30, refuse);
			if (header.readUInt32LE(0) !== signatures.header) refuse(`${name} has no header`);
			const start = headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
			members.push({ name, method, crc32: entry.readUInt32LE(16), start, ...sizes });
			position = extraEnd + entry.readUInt16LE(32);
		}
		return members;
	} finally {
		closeSync(descriptor);
	}
}
