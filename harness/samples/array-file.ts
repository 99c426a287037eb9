import { writeSync } from 'node:fs';
import zlib from 'node:zlib';
import { UsageError } from '../errors.ts';
import { encodeNpyHeader } from '../tensor/npy-file.ts';
import { writeAtomically } from '../write-atomically.ts';

/** An array that is written part by part. */
export interface ArrayPart {
	/** Name of the array in a .npz. */
	readonly name: string;
	/** NumPy's name of the type, for example `|u1`. */
	readonly descr: string;
	readonly shape: readonly number[];
	/** Bytes of the values, in parts of any length. */
	readonly parts: Iterable<Uint8Array>;
}

/** Sizes of a .zip without extensions. */
const largestArchive = 2 ** 32 - 1;

const itemBytes = (descr: string): number => Number(/\d+$/u.exec(descr)![0]);
const bytesOf = ({ shape, descr }: ArrayPart): number =>
	shape.reduce((product, extent) => product * extent, itemBytes(descr));

/**
 * Writes arrays as a .npz that `numpy.load` reads, or, if `archive` is false, the only one as a .npy; values go to
 * the disk as they come. The file appears whole or not at all.
 *
 * @throws UsageError for a .npz of 4 GiB or more
 * @throws EnvironmentError if the file cannot be written
 */
export function writeArrays(file: string, arrays: readonly ArrayPart[], archive: boolean): void {
	const total = arrays.reduce((sum, array) => sum + bytesOf(array) + 1024, 0);
	if (archive && total > largestArchive) {
		throw new UsageError(
			`${file}: expected less than 4 GiB in a .npz, got ${(total / 2 ** 30).toFixed(1)} GiB`,
			'write a .npy or a folder of PNGs',
		);
	}
	writeAtomically(file, descriptor => {
		if (archive) writeArchive(descriptor, arrays);
		else writeArray(descriptor, 0, arrays[0]!);
	});
}

function write(descriptor: number, bytes: Uint8Array, position: number): void {
	for (let done = 0; done < bytes.length; ) {
		done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
	}
}

/** Writes header and values from a position on; returns their length and checksum. */
function writeArray(descriptor: number, start: number, array: ArrayPart): { length: number; crc: number } {
	const header = encodeNpyHeader(array.shape, array.descr);
	write(descriptor, header, start);
	let length = header.length;
	let crc = zlib.crc32(header);
	for (const part of array.parts) {
		write(descriptor, part, start + length);
		crc = zlib.crc32(part, crc);
		length += part.length;
	}
	const expected = header.length + bytesOf(array);
	if (length !== expected) {
		throw new RangeError(`${array.name}: shape [${array.shape}] needs ${expected} bytes, got ${length}`);
	}
	return { length, crc };
}

/** A stored .zip: local header, data, …, directory (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT). */
function writeArchive(descriptor: number, arrays: readonly ArrayPart[]): void {
	const directory: Buffer[] = [];
	let position = 0;
	for (const array of arrays) {
		const name = Buffer.from(`${array.name}.npy`);
		const start = position + 30 + name.length;
		const { length, crc } = writeArray(descriptor, start, array);
		// Version needed, flags, method, time and date (1980-01-01), checksum, two sizes, length of the name.
		const shared = Buffer.alloc(26);
		shared.writeUInt16LE(20, 0);
		shared.writeUInt16LE(0x21, 8);
		shared.writeUInt32LE(crc, 10);
		shared.writeUInt32LE(length, 14);
		shared.writeUInt32LE(length, 18);
		shared.writeUInt16LE(name.length, 22);
		write(descriptor, Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), shared, name]), position);
		const place = Buffer.alloc(14);
		place.writeUInt32LE(position, 10);
		directory.push(Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'), shared, place, name);
		position = start + length;
	}
	const entries = Buffer.concat(directory);
	const end = Buffer.alloc(22);
	end.write('PK\u0005\u0006', 'latin1');
	end.writeUInt16LE(arrays.length, 8);
	end.writeUInt16LE(arrays.length, 10);
	end.writeUInt32LE(entries.length, 12);
	end.writeUInt32LE(position, 16);
	write(descriptor, Buffer.concat([entries, end]), position);
}
