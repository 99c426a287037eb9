import { createReadStream } from 'node:fs';
import { createInflate } from 'node:zlib';
import { type ByteReader, createByteReader, destroyStreams } from './byte-reader.ts';
import { damagedFile, openForReading, readUpTo } from './read-file.ts';

// MATLAB's level 5 files, as far as SVHN and the ImageNet devkit need them: numeric arrays, texts, and structures
// of those, compressed or not. https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf

/** A variable of a file, its values not yet read. */
export interface MatVariable {
	readonly name: string;
	/** `uint8`, `double`, `struct`, `char`, …: what MATLAB calls the class. */
	readonly type: string;
	/** Extents; the first one runs fastest in the file. */
	readonly shape: readonly number[];
	/** Of the variable in the file. */
	readonly offset: number;
	/** Opens the variable from its first byte on, decompressed. */
	open(): ByteReader;
}

/** A value: numbers (first extent fastest), text, or a structure array as one map of values per element. */
export type MatValue = Float64Array | string | ReadonlyArray<ReadonlyMap<string, MatValue>>;

const fileHeaderBytes = 128;
const compressedElement = 15;
const matrixElement = 14;
/** Whole variables are read up to this size (bytes); larger ones are read in pieces by whoever knows them. */
const largestWholeBytes = 2 ** 27;

const classNames: Readonly<Record<number, string>> = {
	...{ 1: 'cell', 2: 'struct', 3: 'object', 4: 'char', 5: 'sparse', 6: 'double', 7: 'single' },
	...{
		8: 'int8',
		9: 'uint8',
		10: 'int16',
		11: 'uint16',
		12: 'int32',
		13: 'uint32',
		14: 'int64',
		15: 'uint64',
	},
};

/** Size in bytes and reader of each stored type of numbers. */
const numberTypes: Readonly<
	Record<number, readonly [bytes: number, read: (b: Buffer, at: number) => number]>
> = {
	1: [1, (bytes, at) => bytes.readInt8(at)],
	2: [1, (bytes, at) => bytes.readUInt8(at)],
	3: [2, (bytes, at) => bytes.readInt16LE(at)],
	4: [2, (bytes, at) => bytes.readUInt16LE(at)],
	5: [4, (bytes, at) => bytes.readInt32LE(at)],
	6: [4, (bytes, at) => bytes.readUInt32LE(at)],
	7: [4, (bytes, at) => bytes.readFloatLE(at)],
	9: [8, (bytes, at) => bytes.readDoubleLE(at)],
	12: [8, (bytes, at) => Number(bytes.readBigInt64LE(at))],
	13: [8, (bytes, at) => Number(bytes.readBigUInt64LE(at))],
	16: [1, (bytes, at) => bytes.readUInt8(at)],
	17: [2, (bytes, at) => bytes.readUInt16LE(at)],
};

interface Element {
	readonly type: number;
	/** Of its content, in bytes. */
	readonly size: number;
	/** Content and padding that follow the tag. */
	readonly padded: number;
	/** The content of elements of up to four bytes, which lies in the tag itself. */
	readonly small: Buffer | undefined;
}

function parseTag(tag: Buffer): Element {
	const smallSize = tag.readUInt16LE(2);
	if (smallSize > 0) {
		return { type: tag.readUInt16LE(0), size: smallSize, padded: 0, small: tag.subarray(4, 4 + smallSize) };
	}
	const size = tag.readUInt32LE(4);
	return { type: tag.readUInt32LE(0), size, padded: Math.ceil(size / 8) * 8, small: undefined };
}

/** Takes the tag of the next element: its content follows in the reader unless it is a small one. */
export const takeMatTag = async (reader: ByteReader): Promise<Element> => parseTag(await reader.take(8));

async function takeContent(reader: ByteReader): Promise<{ type: number; content: Buffer }> {
	const { type, size, padded, small } = await takeMatTag(reader);
	const content = small ?? (await reader.take(padded)).subarray(0, size);
	return { type, content };
}

interface MatrixHeader {
	readonly name: string;
	readonly type: string;
	readonly shape: readonly number[];
}

/** Takes what precedes the values of a matrix: flags, extents, name. */
async function takeMatrixHeader(reader: ByteReader, file: string, offset: number): Promise<MatrixHeader> {
	const flags = (await takeContent(reader)).content;
	const extents = (await takeContent(reader)).content;
	const name = (await takeContent(reader)).content.toString('latin1');
	const type = classNames[flags[0]];
	if (!type || flags[1] & 0x08)
		throw damagedFile(file, offset, `variable '${name}' is of a kind that is not read`);
	const shape = Array.from({ length: extents.length / 4 }, (_, index) => extents.readInt32LE(index * 4));
	return { name, type, shape };
}

/** Opens the bytes of one element of the file, decompressed. */
function openElement(file: string, offset: number, size: number, compressed: boolean): ByteReader {
	const raw = createReadStream(file, { start: offset + 8, end: offset + 8 + size - 1 });
	if (!compressed) return createByteReader(raw, file, () => destroyStreams(raw));
	const unpacked = createInflate({ chunkSize: 2 ** 18 });
	raw.on('error', error => unpacked.destroy(error));
	raw.pipe(unpacked);
	return createByteReader(unpacked, file, () => destroyStreams(raw, unpacked));
}

const notMat = 'this is no MATLAB file of level 5 (save it with -v6 or -v7, not -v7.3)';

/**
 * The variables of a file, without their values.
 *
 * @throws UsageError with the byte offset if it is no such file, or is truncated
 */
export async function listMatVariables(file: string): Promise<MatVariable[]> {
	const handle = await openForReading(file);
	const variables: MatVariable[] = [];
	try {
		const { size: fileSize } = await handle.stat();
		const header = await readUpTo(handle, file, 0, fileHeaderBytes);
		const known =
			header.length === fileHeaderBytes &&
			header.toString('latin1', 126) === 'IM' &&
			header.readUInt16LE(124) === 0x0100;
		if (!known) throw damagedFile(file, 0, notMat);
		for (let offset = fileHeaderBytes; offset < fileSize; ) {
			const tag = await readUpTo(handle, file, offset, 8);
			if (tag.length < 8) throw damagedFile(file, offset, 'the file ends within a variable; it is truncated');
			const { type, size } = parseTag(tag);
			const has = fileSize - offset - 8;
			if (size > has) {
				const what = `the variable needs ${size} bytes, the file has ${has} left; it is truncated`;
				throw damagedFile(file, offset, what);
			}
			const compressed = type === compressedElement;
			if (!compressed && type !== matrixElement) throw damagedFile(file, offset, 'no variable starts here');
			const start = offset;
			const open = () => openElement(file, start, size, compressed);
			const reader = open();
			try {
				// Inside the compression the matrix has a tag of its own.
				if (compressed) await takeMatTag(reader);
				variables.push({ ...(await takeMatrixHeader(reader, file, start)), offset, open });
			} finally {
				await reader.close();
			}
			offset += 8 + size;
		}
	} finally {
		await handle.close();
	}
	return variables;
}

/**
 * Opens a variable at its values: the reader stands at the first one, of the stored type given.
 *
 * @param read takes the values; the reader is closed when it is done
 */
export async function* withMatValues<Value>(
	file: string,
	variable: MatVariable,
	read: (reader: ByteReader, storedType: number) => AsyncIterable<Value>,
): AsyncGenerator<Value> {
	const reader = variable.open();
	try {
		const start = await reader.take(8);
		// A matrix that is not compressed has lost its tag to `openElement`: these are its flags then.
		const inner = start.readUInt32LE(0) === matrixElement ? reader : prepend(start, reader);
		await takeMatrixHeader(inner, file, variable.offset);
		const { type, small } = await takeMatTag(inner);
		yield* read(small ? prepend(small, inner) : inner, type);
	} finally {
		await reader.close();
	}
}

/** The reader with bytes before its own. */
function prepend(first: Buffer, reader: ByteReader): ByteReader {
	let left = first;
	return {
		get position() {
			return reader.position - left.length;
		},
		async take(count) {
			if (left.length === 0) return reader.take(count);
			const head = left.subarray(0, count);
			left = left.subarray(head.length);
			return head.length === count ? head : Buffer.concat([head, await reader.take(count - head.length)]);
		},
		async skip(count) {
			const head = Math.min(count, left.length);
			left = left.subarray(head);
			await reader.skip(count - head);
		},
		isAtEnd: async () => left.length === 0 && (await reader.isAtEnd()),
		close: reader.close,
	};
}

function toNumbers(content: Buffer, type: number, file: string): Float64Array {
	const [bytes, read] = numberTypes[type] ?? [];
	if (!bytes || !read)
		throw damagedFile(file, undefined, `holds numbers of stored type ${type}, which is not read`);
	return Float64Array.from({ length: content.length / bytes }, (_, index) => read(content, index * bytes));
}

/** The value of a matrix whose header was taken. */
async function takeValue(
	reader: ByteReader,
	{ name, type, shape }: MatrixHeader,
	file: string,
): Promise<MatValue> {
	if (type === 'struct') {
		const nameLength = (await takeContent(reader)).content.readInt32LE(0);
		const names = (await takeContent(reader)).content;
		const fields = Array.from({ length: names.length / nameLength }, (_, index) =>
			names.toString('latin1', index * nameLength, (index + 1) * nameLength).replace(/\0.*$/su, ''),
		);
		const count = shape.reduce((product, extent) => product * extent, 1);
		const elements: Map<string, MatValue>[] = [];
		for (let element = 0; element < count; element++) {
			const values = new Map<string, MatValue>();
			for (const field of fields) {
				const { size } = await takeMatTag(reader);
				if (size === 0) values.set(field, new Float64Array());
				else {
					const header = await takeMatrixHeader(reader, file, reader.position);
					values.set(field, await takeValue(reader, header, file));
				}
			}
			elements.push(values);
		}
		return elements;
	}
	if (type === 'cell' || type === 'object' || type === 'sparse') {
		throw damagedFile(file, undefined, `variable '${name}' is a ${type} array, which is not read`);
	}
	const { type: stored, content } = await takeContent(reader);
	if (type !== 'char') return toNumbers(content, stored, file);
	return stored === 16 ? content.toString('utf8') : String.fromCharCode(...toNumbers(content, stored, file));
}

/**
 * The value of a variable of at most 128 MiB.
 *
 * @throws UsageError if it is larger, damaged, or of a kind that is not read (cells, objects, sparse arrays)
 */
export async function readMatVariable(file: string, variable: MatVariable): Promise<MatValue> {
	const count = variable.shape.reduce((product, extent) => product * extent, 1);
	if (count > largestWholeBytes) {
		throw damagedFile(file, variable.offset, `variable '${variable.name}' is too large to be read whole`);
	}
	const reader = variable.open();
	try {
		const start = await reader.take(8);
		const inner = start.readUInt32LE(0) === matrixElement ? reader : prepend(start, reader);
		return await takeValue(inner, await takeMatrixHeader(inner, file, variable.offset), file);
	} finally {
		await reader.close();
	}
}
