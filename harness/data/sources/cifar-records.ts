import { UsageError } from '../../errors.ts';
import type { ByteReader } from '../formats/byte-reader.ts';
import { numpyGlobals, toIntegers, toNumpyArray } from '../formats/numpy-array.ts';
import { type Pickled, readPickle } from '../formats/pickle.ts';
import { damagedFile } from '../formats/read-file.ts';
import type { CifarLayout } from './cifar-layouts.ts';

export const cifarResolution = 32;
const planesBytes = 3 * cifarResolution ** 2;
/** The largest pickle, CIFAR-100's training split, takes 155 MB. */
const largestPickleBytes = 2 ** 28;

/** One picture of a file. */
export interface CifarRecord {
	readonly index: number;
	/** Of its planes in the file; 0 for pickles, which are read whole. */
	readonly offset: number;
	/** Red, green and blue plane; valid until the next record. */
	readonly planes: Uint8Array;
	readonly label: number;
}

const fix = 'fetch the file again from https://www.cs.toronto.edu/~kriz/cifar.html';

/** Entries of a pickled dictionary by name; Python 2's names may have become byte strings. */
function toEntries(value: Pickled, file: string): Map<string, Pickled> {
	if (!(value instanceof Map)) throw damagedFile(file, undefined, 'the pickle is no dictionary', fix);
	return new Map(
		[...value].map(([key, item]) => [Buffer.isBuffer(key) ? key.toString('latin1') : String(key), item]),
	);
}

async function readEntries(reader: ByteReader, size: number, file: string): Promise<Map<string, Pickled>> {
	if (size > largestPickleBytes) {
		throw damagedFile(file, undefined, `has ${size} bytes, more than any file of CIFAR`, fix);
	}
	const { value } = readPickle(await reader.take(size), {
		globals: numpyGlobals,
		what: 'plain data and NumPy arrays',
		failure: problem => new UsageError(`${file}: its pickle ${problem}`, fix),
	});
	return toEntries(value, file);
}

/** Names of the classes from the official file of names. */
export async function readClassNames(
	{ version, namesEntry }: CifarLayout,
	reader: ByteReader,
	size: number,
	file: string,
): Promise<string[]> {
	if (version === 'python') {
		const names = (await readEntries(reader, size, file)).get(namesEntry);
		if (Array.isArray(names)) return names.map(name => String(name));
		throw damagedFile(file, undefined, `has no list \`${namesEntry}\``, fix);
	}
	return (await reader.take(size)).toString('utf8').trim().split(/\s+/u);
}

function checkRecords(file: string, got: number, expected: number): void {
	if (got === expected) return;
	throw damagedFile(file, undefined, `expected ${expected} images, got ${got}`, fix);
}

async function* readBinary(
	{ labelBytes }: CifarLayout,
	reader: ByteReader,
	records: number,
): AsyncGenerator<CifarRecord> {
	for (let index = 0; index < records; index++) {
		const record = await reader.take(labelBytes + planesBytes);
		yield {
			index,
			offset: index * record.length + labelBytes,
			planes: record.subarray(labelBytes),
			label: record[labelBytes - 1],
		};
	}
}

async function* readPickled(
	{ labelEntry }: CifarLayout,
	reader: ByteReader,
	size: number,
	file: string,
	records: number,
): AsyncGenerator<CifarRecord> {
	const entries = await readEntries(reader, size, file);
	let data: ReturnType<typeof toNumpyArray>;
	let labels: number[] | undefined;
	try {
		data = toNumpyArray(entries.get('data'));
		labels = toIntegers(entries.get(labelEntry));
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
		throw damagedFile(file, undefined, `its array ${error.message}`, fix, error);
	}
	const [count, bytes] = data?.shape ?? [];
	if (data?.type !== 'u1' || data.shape.length !== 2 || bytes !== planesBytes || !labels) {
		const what = `\`data\` of [N, ${planesBytes}] bytes and \`${labelEntry}\` of N numbers`;
		throw damagedFile(file, undefined, `expected a dictionary with ${what}`, fix);
	}
	if (labels.length !== count) {
		throw damagedFile(file, undefined, `has ${labels.length} labels for ${count} images`, fix);
	}
	checkRecords(file, count, records);
	for (let index = 0; index < count; index++) {
		const planes = data.bytes.subarray(index * planesBytes, (index + 1) * planesBytes);
		yield { index, offset: 0, planes, label: labels[index] };
	}
}

/**
 * The pictures of one file of CIFAR in its order.
 *
 * @param size of the file in bytes
 * @param records that it must have
 * @throws UsageError if the file has another number of pictures, is damaged, holds a label outside the classes, or
 * a pickle asks for anything but plain data and NumPy arrays
 */
export async function* readCifarRecords(
	layout: CifarLayout,
	reader: ByteReader,
	size: number,
	file: string,
	records: number,
): AsyncGenerator<CifarRecord> {
	if (layout.version === 'binary') {
		const expected = records * (layout.labelBytes + planesBytes);
		if (size !== expected) {
			const each = `${records} images of ${layout.labelBytes + planesBytes}`;
			const cut = size < expected ? '; the file is truncated' : '';
			throw damagedFile(file, undefined, `expected ${expected} bytes (${each}), got ${size}${cut}`, fix);
		}
	}
	const found =
		layout.version === 'binary'
			? readBinary(layout, reader, records)
			: readPickled(layout, reader, size, file, records);
	for await (const record of found) {
		if (record.label < 0 || record.label >= layout.classes) {
			const range = `0 to ${layout.classes - 1}`;
			const problem = `image ${record.index}: expected a label from ${range}, got ${record.label}`;
			throw damagedFile(file, undefined, problem, fix);
		}
		yield record;
	}
}
