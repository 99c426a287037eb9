import { readFileSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { readNpyHeader } from '../tensor/npy.ts';
import type { GivenInputs } from './sample-inputs.ts';

type Reader = (view: DataView, offset: number) => number;

/** Types of numbers that NumPy writes, little-endian, with their size in bytes. */
const readers: Readonly<Record<string, readonly [bytes: number, read: Reader]>> = {
	'<f4': [4, (view, offset) => view.getFloat32(offset, true)],
	'<f8': [8, (view, offset) => view.getFloat64(offset, true)],
	'|u1': [1, (view, offset) => view.getUint8(offset)],
	'|i1': [1, (view, offset) => view.getInt8(offset)],
	'<u2': [2, (view, offset) => view.getUint16(offset, true)],
	'<i2': [2, (view, offset) => view.getInt16(offset, true)],
	'<u4': [4, (view, offset) => view.getUint32(offset, true)],
	'<i4': [4, (view, offset) => view.getInt32(offset, true)],
	'<u8': [8, (view, offset) => Number(view.getBigUint64(offset, true))],
	'<i8': [8, (view, offset) => Number(view.getBigInt64(offset, true))],
};

const isFloat = (descr: string): boolean => descr === '<f4' || descr === '<f8';

/** All values of an `.npy` file as float64, which holds every class number exactly. */
function readNumbers(file: string): { descr: string; shape: readonly number[]; values: Float64Array } {
	let bytes: Buffer;
	try {
		bytes = readFileSync(file);
	} catch (error) {
		throw new UsageError(
			`${file}: cannot be read (${(error as Error).message})`,
			'give a .npy file, as numpy.save writes it',
			error,
		);
	}
	const { descr, fortranOrder, shape, dataOffset } = readNpyHeader(bytes, file);
	const reader = readers[descr];
	if (reader === undefined) {
		throw new UsageError(
			`${file}: expected numbers of a type among ${Object.keys(readers).join(', ')}, got ${descr}`,
			'convert it, for example with numpy.asarray(x, "<f4")',
		);
	}
	if (fortranOrder && shape.length > 1) {
		throw new UsageError(
			`${file}: expected C order, got Fortran order`,
			'convert it with numpy.ascontiguousarray',
		);
	}
	const [itemBytes, read] = reader;
	const count = shape.reduce((product, extent) => product * extent, 1);
	if (bytes.length - dataOffset !== count * itemBytes) {
		throw new UsageError(
			`${file}: shape [${shape}] of ${descr} needs ${count * itemBytes} bytes of values, got ${bytes.length - dataOffset}`,
			'the file is cut short or damaged: write it again',
		);
	}
	const view = new DataView(bytes.buffer, bytes.byteOffset + dataOffset);
	return {
		descr,
		shape,
		values: Float64Array.from({ length: count }, (_, index) => read(view, index * itemBytes)),
	};
}

/**
 * Reads what `numpy.save` wrote: latents [images, latentSize] of floats; labels [images] of whole numbers, or rows
 * [images, classes] of floats.
 *
 * @throws UsageError if a file cannot be read or holds another type
 */
export function readGivenInputs(files: { latents?: string; labels?: string }): GivenInputs {
	const latents = files.latents === undefined ? undefined : readNumbers(files.latents);
	const labels = files.labels === undefined ? undefined : readNumbers(files.labels);
	if (latents && !isFloat(latents.descr)) {
		throw new UsageError(
			`${files.latents}: expected latents of type <f4 or <f8, got ${latents.descr}`,
			'latents are normal random numbers, for example numpy.random.default_rng(1).standard_normal((64, 128))',
		);
	}
	if (labels && isFloat(labels.descr) !== (labels.shape.length === 2)) {
		throw new UsageError(
			`${files.labels}: expected whole numbers of shape [images], or rows of floats of shape [images, classes]; got ${labels.descr} [${labels.shape}]`,
			'for class numbers, save numpy.asarray(labels, "<i4")',
		);
	}
	return {
		names: { latents: files.latents ?? '--z', labels: files.labels ?? '--labels' },
		...(latents ? { latents: { shape: latents.shape, values: Float32Array.from(latents.values) } } : {}),
		...(labels ? { labels } : {}),
	};
}
