import { readFileSync, writeSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { writeAtomically } from '../write-atomically.ts';
import { readNpyHeader } from './npy.ts';
import type { StoredTensor } from './safetensors.ts';

/** NumPy's names of the types that label files have, little-endian. */
const descriptions = { float32: '<f4', int32: '<i4' } as const;

export interface NpyContent {
	readonly shape: readonly number[];
	readonly type: keyof typeof descriptions;
	/** The values, row-major, in parts of any length: an array need not be in memory at once. */
	readonly parts: Iterable<Float32Array | Int32Array>;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

/**
 * What stands before the values of an array: magic, version 1.0, header length, header. NumPy wants the values to
 * begin at a multiple of 64 bytes (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 */
export function encodeNpyHeader(shape: readonly number[], descr: string): Buffer {
	const extents = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
	const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${extents}), }`;
	const unpadded = 10 + text.length + 1;
	const padded = Math.ceil(unpadded / 64) * 64;
	const header = Buffer.alloc(10);
	header.write('\x93NUMPY\x01\x00', 'latin1');
	header.writeUInt16LE(padded - 10, 8);
	return Buffer.concat([header, Buffer.from(`${text.padEnd(padded - 11)}\n`, 'latin1')]);
}

function writeFully(descriptor: number, bytes: Uint8Array): void {
	for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
}

function writeParts(descriptor: number, { shape, type, parts }: NpyContent): void {
	writeFully(descriptor, encodeNpyHeader(shape, descriptions[type]));
	let count = 0;
	for (const part of parts) {
		const partType = part instanceof Float32Array ? 'float32' : 'int32';
		if (partType !== type) throw new RangeError(`npy: expected values of type ${type}, got ${partType}`);
		writeFully(descriptor, new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
		count += part.length;
	}
	if (count !== sizeOf(shape)) {
		throw new RangeError(`npy: shape [${shape}] holds ${sizeOf(shape)} values, got ${count}`);
	}
}

/**
 * Writes an array as an `.npy` file that `numpy.load` reads, whole or not at all. Missing folders are made.
 *
 * @throws EnvironmentError if the file cannot be written
 * @throws RangeError if type or number of the values are not as announced
 */
export function writeNpy(file: string, content: NpyContent): void {
	writeAtomically(file, descriptor => writeParts(descriptor, content));
}

/**
 * The array of an `.npy` file of float32 or int32 values in C order, as `writeNpy` and `numpy.save` write it.
 *
 * @throws UsageError if the file cannot be read, holds something else, or has another length than it announces
 */
export function readNpy(file: string): StoredTensor {
	let bytes: Buffer;
	try {
		bytes = readFileSync(file);
	} catch (error) {
		throw new UsageError(`${file}: cannot be read (${(error as Error).message})`, undefined, error);
	}
	const { descr, fortranOrder, shape, dataOffset } = readNpyHeader(bytes, file);
	const refuse = (problem: string, fix: string): never => {
		throw new UsageError(`${file}: ${problem}`, fix);
	};
	if (descr !== descriptions.float32 && descr !== descriptions.int32) {
		refuse(
			`expected values of type <f4 or <i4, got ${descr}`,
			'convert it, for example with numpy.asarray(x, "<i4")',
		);
	}
	if (fortranOrder) refuse('expected C order, got Fortran order', 'convert it with numpy.ascontiguousarray');
	const expected = sizeOf(shape) * 4;
	const actual = bytes.length - dataOffset;
	if (actual !== expected) {
		refuse(
			`shape [${shape}] needs ${expected} bytes of values, got ${actual}`,
			'the file is damaged: write it again',
		);
	}
	// A copy: typed arrays must begin at a multiple of four bytes.
	const { buffer } = new Uint8Array(bytes.subarray(dataOffset));
	return { shape, values: descr === '<f4' ? new Float32Array(buffer) : new Int32Array(buffer) };
}
