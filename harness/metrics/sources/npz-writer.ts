import zlib from 'node:zlib';

/** An array to be written, row-major. */
export interface NpyArray {
	readonly shape: readonly number[];
	readonly values: Uint8Array | Float32Array | Float64Array;
}

function dtypeOf(values: NpyArray['values']): string {
	if (values instanceof Uint8Array) return '|u1';
	return values instanceof Float32Array ? '<f4' : '<f8';
}

const tuple = (shape: readonly number[]): string =>
	shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;

/**
 * The bytes of a .npy file, version 1.0 of the format
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 *
 * @throws RangeError if the shape holds another number of values
 */
export function encodeNpy({ shape, values }: NpyArray): Buffer {
	const size = shape.reduce((product, extent) => product * extent, 1);
	if (size !== values.length) {
		throw new RangeError(`array: shape [${shape}] holds ${size} values, got ${values.length}`);
	}
	const text = `{'descr': '${dtypeOf(values)}', 'fortran_order': False, 'shape': ${tuple(shape)}, }`;
	// Data begin at a multiple of 64; the header ends with a line feed.
	const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
	const header = Buffer.alloc(10);
	header.write('\u0093NUMPY\u0001\u0000', 'latin1');
	header.writeUInt16LE(length, 8);
	const data = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
	return Buffer.concat([header, Buffer.from(`${text.padEnd(length - 1)}\n`, 'latin1'), data]);
}

/**
 * The bytes of an uncompressed .npz file, as numpy.savez writes one. Equal arrays give equal bytes: no times.
 *
 * @throws RangeError if it would exceed 4 GiB
 */
export function encodeNpz(arrays: ReadonlyMap<string, NpyArray>): Buffer {
	const parts: Buffer[] = [];
	const directory: Buffer[] = [];
	let offset = 0;
	for (const [name, array] of arrays) {
		const data = encodeNpy(array);
		const fileName = Buffer.from(`${name}.npy`);
		if (offset + data.length >= 2 ** 32) throw new RangeError('npz: expected less than 4 GiB of arrays');
		// Version needed, flags, method, time and date (1980-01-01), checksum, two sizes, length of the name.
		const shared = Buffer.alloc(26);
		shared.writeUInt16LE(20, 0);
		shared.writeUInt16LE(0x21, 8);
		shared.writeUInt32LE(zlib.crc32(data), 10);
		shared.writeUInt32LE(data.length, 14);
		shared.writeUInt32LE(data.length, 18);
		shared.writeUInt16LE(fileName.length, 22);
		const signature = Buffer.from('PK\u0003\u0004', 'latin1');
		parts.push(signature, shared, fileName, data);
		const place = Buffer.alloc(14);
		place.writeUInt32LE(offset, 10);
		directory.push(Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'), shared, place, fileName);
		offset += signature.length + shared.length + fileName.length + data.length;
	}
	const directoryBytes = Buffer.concat(directory);
	const end = Buffer.alloc(22);
	end.write('PK\u0005\u0006', 'latin1');
	end.writeUInt16LE(arrays.size, 8);
	end.writeUInt16LE(arrays.size, 10);
	end.writeUInt32LE(directoryBytes.length, 12);
	end.writeUInt32LE(offset, 16);
	return Buffer.concat([...parts, directoryBytes, end]);
}
