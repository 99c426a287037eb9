import { readFileSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { writeFileAtomically } from '../write-atomically.ts';

/** A named array as it lies in a safetensors file: float32 or int32, row-major. */
export interface StoredTensor {
	readonly shape: readonly number[];
	readonly values: Float32Array | Int32Array;
}

/** Content of a safetensors file. */
export interface StoredTensors {
	readonly tensors: ReadonlyMap<string, StoredTensor>;
	/** Free texts of the file. */
	readonly metadata: Readonly<Record<string, string>>;
}

interface HeaderEntry {
	readonly dtype: string;
	readonly shape: readonly number[];
	readonly data_offsets: readonly [begin: number, end: number];
}

const metadataKey = '__metadata__';
const lengthBytes = 8;
// The format's own limit.
const largestHeader = 100_000_000;

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

/**
 * The bytes of a safetensors file: header length (uint64), JSON header, raw data, all little-endian
 * (https://github.com/huggingface/safetensors, "Format"). Equal content gives equal bytes.
 *
 * @throws RangeError if a shape holds another number of values than there are
 */
export function encodeSafetensors({ tensors, metadata }: StoredTensors): Buffer {
	const header: Record<string, HeaderEntry | Record<string, string>> = {};
	if (Object.keys(metadata).length > 0) header[metadataKey] = { ...metadata };
	const data: Uint8Array[] = [];
	let offset = 0;
	for (const [name, { shape, values }] of tensors) {
		if (name === metadataKey) throw new RangeError(`tensor name: '${metadataKey}' is reserved by the format`);
		if (sizeOf(shape) !== values.length) {
			throw new RangeError(`${name}: shape [${shape}] holds ${sizeOf(shape)} values, got ${values.length}`);
		}
		const dtype = values instanceof Float32Array ? 'F32' : 'I32';
		header[name] = { dtype, shape: [...shape], data_offsets: [offset, offset + values.byteLength] };
		data.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
		offset += values.byteLength;
	}
	const text = JSON.stringify(header);
	// Spaces at the end let the data begin at a multiple of 8.
	const bytes = Buffer.byteLength(text);
	const headerText = Buffer.from(text.padEnd(text.length + ((8 - (bytes % 8)) % 8)));
	const length = Buffer.alloc(lengthBytes);
	length.writeBigUInt64LE(BigInt(headerText.length));
	return Buffer.concat([length, headerText, ...data]);
}

function isEntry(value: unknown): value is HeaderEntry {
	const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Partial<HeaderEntry>;
	const naturals = (list: unknown): boolean =>
		Array.isArray(list) && list.every(item => Number.isSafeInteger(item) && item >= 0);
	return typeof dtype === 'string' && naturals(shape) && naturals(offsets) && offsets?.length === 2;
}

/**
 * Reads the bytes of a safetensors file; float32 and int32 only.
 *
 * @param file name for error messages
 * @throws UsageError if the bytes are malformed, truncated, or hold another type
 */
export function decodeSafetensors(bytes: Uint8Array, file: string): StoredTensors {
	const refuse = (problem: string): never => {
		throw new UsageError(
			`${file}: not a safetensors file of float32 and int32 tensors: ${problem}`,
			'the file is damaged or comes from elsewhere; write or copy it again',
		);
	};
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (buffer.length < lengthBytes) refuse(`expected at least ${lengthBytes} bytes, got ${buffer.length}`);
	const headerLength = Number(buffer.readBigUInt64LE(0));
	const dataStart = lengthBytes + headerLength;
	if (headerLength > largestHeader || dataStart > buffer.length) {
		refuse(`the header claims ${headerLength} bytes, the file has ${buffer.length}`);
	}
	let header: unknown;
	try {
		header = JSON.parse(buffer.toString('utf8', lengthBytes, dataStart));
	} catch {
		refuse('the header is not JSON');
	}
	if (header === null || typeof header !== 'object' || Array.isArray(header))
		refuse('the header is no object');
	const { [metadataKey]: metadata = {}, ...entries } = header as Record<string, unknown>;
	if (
		metadata === null ||
		typeof metadata !== 'object' ||
		Object.values(metadata).some(text => typeof text !== 'string')
	) {
		refuse('its metadata are not texts');
	}
	const tensors = new Map<string, StoredTensor>();
	let expectedBegin = 0;
	const listed = Object.entries(entries).map(([name, entry]): [string, HeaderEntry] =>
		isEntry(entry) ? [name, entry] : refuse(`tensor '${name}' has no type, shape or offsets`),
	);
	// The header may list them in any order; JSON.parse moves names that look like numbers to the front.
	listed.sort(
		([, { data_offsets: first }], [, { data_offsets: second }]) =>
			first[0] - second[0] || first[1] - second[1],
	);
	for (const [name, entry] of listed) {
		const [begin, end] = entry.data_offsets;
		if (entry.dtype !== 'F32' && entry.dtype !== 'I32') refuse(`tensor '${name}' has type ${entry.dtype}`);
		if (begin !== expectedBegin) refuse(`tensor '${name}' begins at ${begin}, expected ${expectedBegin}`);
		if (end - begin !== 4 * sizeOf(entry.shape)) {
			refuse(`tensor '${name}' of shape [${entry.shape}] has ${end - begin} bytes`);
		}
		if (dataStart + end > buffer.length) {
			refuse(
				`tensor '${name}' ends at byte ${dataStart + end}, the file has ${buffer.length}; it is truncated`,
			);
		}
		const data = new Uint8Array(buffer.subarray(dataStart + begin, dataStart + end)).buffer;
		const values = entry.dtype === 'F32' ? new Float32Array(data) : new Int32Array(data);
		tensors.set(name, { shape: entry.shape, values });
		expectedBegin = end;
	}
	if (dataStart + expectedBegin !== buffer.length) {
		refuse(`${buffer.length - dataStart - expectedBegin} bytes follow the last tensor`);
	}
	return { tensors, metadata: metadata as Record<string, string> };
}

/** Writes a safetensors file, whole or not at all. */
export function writeSafetensors(file: string, content: StoredTensors): void {
	writeFileAtomically(file, encodeSafetensors(content));
}

/** @throws UsageError if the file is missing or malformed */
export function readSafetensors(file: string): StoredTensors {
	let bytes: Buffer;
	try {
		bytes = readFileSync(file);
	} catch (error) {
		throw new UsageError(`${file}: cannot be read (${(error as Error).message})`, undefined, error);
	}
	return decodeSafetensors(bytes, file);
}
