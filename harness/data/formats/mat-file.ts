import { createReadStream } from 'node:fs';
import { createInflate } from 'node:zlib';
import { type ByteReader, createByteReader, destroyStreams } from './byte-reader.ts';
import {
	compressedElement,
	matrixElement,
	parseMatTag,
	takeMatrixHeader,
	takeMatTag,
} from './mat-elements.ts';
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

const fileHeaderBytes = 128;

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
			const { type, size } = parseMatTag(tag);
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
