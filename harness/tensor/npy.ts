import { UsageError } from '../errors.ts';

/** What stands before the values of a NumPy array file. */
export interface NpyHeader {
	/** NumPy's name of the type with its byte order, for example `<f4`, `|u1`, `<f8`. */
	readonly descr: string;
	/** True if the first index runs fastest. */
	readonly fortranOrder: boolean;
	readonly shape: readonly number[];
	/** Where the values begin, in bytes. */
	readonly dataOffset: number;
}

const magic = Buffer.from('\x93NUMPY', 'latin1');
/** Far more than any array's header needs. */
const largestHeaderBytes = 1 << 16;
const headerPattern =
	/^\{\s*'descr':\s*(?:'([^']*)'|(\[[^\]]*\])),\s*'fortran_order':\s*(True|False),\s*'shape':\s*\(([\d,\s]*)\),?\s*\}\s*$/u;

/**
 * Reads the header of an `.npy` file, format versions 1 to 3
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). The values need not be there yet.
 *
 * @param bytes the start of the file, at least 64 KiB of it or all
 * @param file name for error messages
 * @throws UsageError if it is no `.npy` file, cut short, or holds Python objects
 */
export function readNpyHeader(bytes: Uint8Array, file: string): NpyHeader {
	const refuse = (problem: string): never => {
		throw new UsageError(`${file}: not a NumPy array: ${problem}`, 'write it again with numpy.save or savez');
	};
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (!buffer.subarray(0, magic.length).equals(magic)) refuse("it does not start with '\\x93NUMPY'");
	const version = buffer[6];
	if (version === undefined || version < 1 || version > 3)
		refuse(`format version ${version}, expected 1 to 3`);
	const lengthOffset = 8;
	const lengthBytes = version === 1 ? 2 : 4;
	if (buffer.length < lengthOffset + lengthBytes) refuse('it ends within its header');
	const length = buffer.readUIntLE(lengthOffset, lengthBytes);
	const dataOffset = lengthOffset + lengthBytes + length;
	if (length > largestHeaderBytes) refuse(`its header claims ${length} bytes`);
	if (dataOffset > buffer.length) refuse('it ends within its header');
	const text = buffer.toString('utf8', lengthOffset + lengthBytes, dataOffset);
	const [, descr, record, order, extents] =
		headerPattern.exec(text) ?? refuse(`its header is ${text.trim()}`);
	if (record !== undefined) refuse('it holds records, expected numbers of one type');
	if (descr.includes('O')) refuse('it holds Python objects, which would have to be executed to be read');
	const shape = extents
		.split(',')
		.filter(extent => extent.trim() !== '')
		.map(Number);
	return { descr, fortranOrder: order === 'True', shape, dataOffset };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

/**
 * The float32 values of an `.npy` file, row-major whatever its order; undefined if it holds another type.
 *
 * @throws UsageError as `readNpyHeader`, and if the file holds fewer or more values than its shape says
 */
export function readFloat32Npy(bytes: Uint8Array, file: string): NpyHeader & { values?: Float32Array } {
	const header = readNpyHeader(bytes, file);
	if (header.descr !== '<f4') return header;
	const expectedBytes = sizeOf(header.shape) * 4;
	const actualBytes = bytes.byteLength - header.dataOffset;
	if (actualBytes !== expectedBytes) {
		throw new UsageError(
			`${file}: not a NumPy array: shape [${header.shape}] of ${header.descr} needs ${expectedBytes} bytes, got ${actualBytes}`,
			'the file is cut short or damaged: write or copy it again',
		);
	}
	// A copy, because float32 values must begin at a multiple of four bytes.
	const values = new Float32Array(new Uint8Array(bytes.subarray(header.dataOffset)).buffer);
	return { ...header, values: header.fortranOrder ? toRowMajor(values, header.shape) : values };
}

function toRowMajor(values: Float32Array, shape: readonly number[]): Float32Array {
	const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
	return gatherStrided(values, { shape, strides, offset: 0 });
}

export interface StridedView {
	readonly shape: readonly number[];
	/** Values between neighbours along each axis. */
	readonly strides: readonly number[];
	/** Position of the first value. */
	readonly offset: number;
}

/** The values of a view in row-major order. The view must lie within the values. */
export function gatherStrided(values: Float32Array, { shape, strides, offset }: StridedView): Float32Array {
	const size = sizeOf(shape);
	const contiguous = strides.every((stride, axis) => stride === sizeOf(shape.slice(axis + 1)));
	if (contiguous || size === 0) return values.slice(offset, offset + size);
	const gathered = new Float32Array(size);
	const index = shape.map(() => 0);
	let source = offset;
	for (let target = 0; target < gathered.length; target++) {
		gathered[target] = values[source];
		for (let axis = shape.length - 1; axis >= 0; axis--) {
			source += strides[axis];
			index[axis]++;
			if (index[axis] < shape[axis]) break;
			source -= strides[axis] * shape[axis];
			index[axis] = 0;
		}
	}
	return gathered;
}
