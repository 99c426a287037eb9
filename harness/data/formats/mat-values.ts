import type { ByteReader } from './byte-reader.ts';
import {
	type MatrixHeader,
	matrixElement,
	takeMatContent,
	takeMatrixHeader,
	takeMatTag,
} from './mat-elements.ts';
import type { MatVariable } from './mat-file.ts';
import { damagedFile } from './read-file.ts';

/** A value: numbers (first extent fastest), text, or a structure array as one map of values per element. */
export type MatValue = Float64Array | string | ReadonlyArray<ReadonlyMap<string, MatValue>>;

/** Whole variables are read up to this size (bytes); larger ones are read in pieces by whoever knows them. */
const largestWholeBytes = 2 ** 27;

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

/**
 * A reader that stands at the flags of a variable's matrix.
 *
 * @param reader at the variable's first byte
 */
async function atMatrix(reader: ByteReader): Promise<ByteReader> {
	const start = await reader.take(8);
	// A matrix that is not compressed has lost its tag when it was opened: these are its flags then.
	return start.readUInt32LE(0) === matrixElement ? reader : prepend(start, reader);
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
		const inner = await atMatrix(reader);
		await takeMatrixHeader(inner, file, variable.offset);
		const { type, small } = await takeMatTag(inner);
		yield* read(small ? prepend(small, inner) : inner, type);
	} finally {
		await reader.close();
	}
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
		const nameLength = (await takeMatContent(reader)).content.readInt32LE(0);
		const names = (await takeMatContent(reader)).content;
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
	const { type: stored, content } = await takeMatContent(reader);
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
		const inner = await atMatrix(reader);
		return await takeValue(inner, await takeMatrixHeader(inner, file, variable.offset), file);
	} finally {
		await reader.close();
	}
}
