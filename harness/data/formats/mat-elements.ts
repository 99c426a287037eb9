import type { ByteReader } from './byte-reader.ts';
import { damagedFile } from './read-file.ts';

// What MATLAB's level 5 files are made of: elements, each a tag with type and size and then its content; matrices are
// elements that begin with elements for their flags, extents and name.

export const compressedElement = 15;
export const matrixElement = 14;

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

/** The tag of an element. */
export interface MatElement {
	readonly type: number;
	/** Of its content, in bytes. */
	readonly size: number;
	/** Content and padding that follow the tag. */
	readonly padded: number;
	/** The content of elements of up to four bytes, which lies in the tag itself. */
	readonly small: Buffer | undefined;
}

export function parseMatTag(tag: Buffer): MatElement {
	const smallSize = tag.readUInt16LE(2);
	if (smallSize > 0) {
		return { type: tag.readUInt16LE(0), size: smallSize, padded: 0, small: tag.subarray(4, 4 + smallSize) };
	}
	const size = tag.readUInt32LE(4);
	return { type: tag.readUInt32LE(0), size, padded: Math.ceil(size / 8) * 8, small: undefined };
}

/** Takes the tag of the next element: its content follows in the reader unless it is a small one. */
export const takeMatTag = async (reader: ByteReader): Promise<MatElement> =>
	parseMatTag(await reader.take(8));

/** Takes a whole element. */
export async function takeMatContent(reader: ByteReader): Promise<{ type: number; content: Buffer }> {
	const { type, size, padded, small } = await takeMatTag(reader);
	const content = small ?? (await reader.take(padded)).subarray(0, size);
	return { type, content };
}

export interface MatrixHeader {
	readonly name: string;
	readonly type: string;
	readonly shape: readonly number[];
}

/** Takes what precedes the values of a matrix: flags, extents, name. */
export async function takeMatrixHeader(
	reader: ByteReader,
	file: string,
	offset: number,
): Promise<MatrixHeader> {
	const flags = (await takeMatContent(reader)).content;
	const extents = (await takeMatContent(reader)).content;
	const name = (await takeMatContent(reader)).content.toString('latin1');
	const type = classNames[flags[0]];
	if (!type || flags[1] & 0x08)
		throw damagedFile(file, offset, `variable '${name}' is of a kind that is not read`);
	const shape = Array.from({ length: extents.length / 4 }, (_, index) => extents.readInt32LE(index * 4));
	return { name, type, shape };
}
