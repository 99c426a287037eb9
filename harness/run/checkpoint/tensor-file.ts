import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { RunFailedError } from '../../errors.ts';
import { explainWriteError } from '../../write-atomically.ts';

/** A float32 tensor whose values are asked for when they are written. */
export interface TensorSource {
	readonly name: string;
	readonly shape: readonly number[];
	readonly values: () => Float32Array;
}

interface HeaderEntry {
	readonly dtype: string;
	readonly shape: readonly number[];
	readonly data_offsets: readonly [begin: number, end: number];
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);
const bytesOf = (values: Float32Array): Uint8Array =>
	new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

function writeWhole(descriptor: number, bytes: Uint8Array): void {
	for (let written = 0; written < bytes.length; ) {
		written += writeSync(descriptor, bytes, written, Math.min(bytes.length - written, 2 ** 30));
	}
}

function readWhole(descriptor: number, bytes: Uint8Array, position: number): boolean {
	for (let read = 0; read < bytes.length; ) {
		const wanted = Math.min(bytes.length - read, 2 ** 30);
		const count = readSync(descriptor, bytes, read, wanted, position + read);
		if (count === 0) return false;
		read += count;
	}
	return true;
}

/**
 * Writes float32 tensors as a safetensors file, one at a time: a checkpoint of the paper's networks has 1.5 GB, which
 * need not lie in memory twice. The file is on the disk when this returns.
 *
 * @returns SHA-256 of the file
 * @throws EnvironmentError if the file cannot be written
 */
export function writeTensorFile(file: string, tensors: readonly TensorSource[]): string {
	const header: Record<string, HeaderEntry | Record<string, string>> = {
		__metadata__: { format: 'fewer-labels checkpoint 1' },
	};
	let offset = 0;
	for (const { name, shape } of tensors) {
		const end = offset + 4 * sizeOf(shape);
		header[name] = { dtype: 'F32', shape, data_offsets: [offset, end] };
		offset = end;
	}
	const text = JSON.stringify(header);
	const headerBytes = Buffer.from(text + ' '.repeat((8 - (Buffer.byteLength(text) % 8)) % 8));
	const length = Buffer.alloc(8);
	length.writeBigUInt64LE(BigInt(headerBytes.length));
	const hash = createHash('sha256');
	try {
		const descriptor = openSync(file, 'wx', 0o644);
		try {
			const put = (bytes: Uint8Array): void => {
				writeWhole(descriptor, bytes);
				hash.update(bytes);
			};
			put(length);
			put(headerBytes);
			for (const { values } of tensors) put(bytesOf(values()));
			fsyncSync(descriptor);
		} finally {
			closeSync(descriptor);
		}
	} catch (error) {
		throw explainWriteError(file, error);
	}
	return hash.digest('hex');
}

/** @throws RunFailedError if the file cannot be read */
export function digestOfFile(file: string): string {
	const hash = createHash('sha256');
	const buffer = Buffer.alloc(4 * 2 ** 20);
	try {
		const descriptor = openSync(file, 'r');
		try {
			for (let count = readSync(descriptor, buffer); count > 0; count = readSync(descriptor, buffer)) {
				hash.update(buffer.subarray(0, count));
			}
		} finally {
			closeSync(descriptor);
		}
	} catch (error) {
		throw new RunFailedError(`${file}: cannot be read (${(error as Error).message})`, undefined, error);
	}
	return hash.digest('hex');
}

/**
 * Reads the tensors of a file of `writeTensorFile`, one at a time, in the order of the file.
 *
 * @throws RunFailedError if the file is not whole; check its digest first
 */
export function* readTensorFile(
	file: string,
): Generator<{ name: string; shape: readonly number[]; values: Float32Array }> {
	const descriptor = openSync(file, 'r');
	try {
		const whole = (bytes: Uint8Array, position: number): void => {
			if (!readWhole(descriptor, bytes, position)) throw new RunFailedError(`${file}: it is cut short`);
		};
		const length = Buffer.alloc(8);
		whole(length, 0);
		const text = Buffer.alloc(Number(length.readBigUInt64LE()));
		whole(text, 8);
		const entries = Object.entries(JSON.parse(text.toString('utf8')) as Record<string, HeaderEntry>);
		for (const [name, { shape, data_offsets: offsets }] of entries) {
			if (name === '__metadata__') continue;
			const values = new Float32Array(sizeOf(shape));
			whole(bytesOf(values), 8 + text.length + offsets[0]);
			yield { name, shape, values };
		}
	} finally {
		closeSync(descriptor);
	}
}
