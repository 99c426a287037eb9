import type { Pickled, PickledCall } from './pickle.ts';

/** Functions and types that a pickled NumPy array of numbers names, by all versions of NumPy and Python. */
export const numpyGlobals: ReadonlySet<string> = new Set([
	...['numpy.core.multiarray._reconstruct', 'numpy._core.multiarray._reconstruct'],
	...['numpy.core.multiarray.scalar', 'numpy._core.multiarray.scalar'],
	...['numpy.core.numeric._frombuffer', 'numpy._core.numeric._frombuffer'],
	...['numpy.ndarray', 'numpy.dtype', '_codecs.encode', 'builtins.bytearray', '__builtin__.bytearray'],
]);

export interface NumpyArray {
	/** As in NumPy, without byte order: `u1`, `i8`, … */
	readonly type: string;
	readonly shape: readonly number[];
	/** Little-endian, the last axis fastest. */
	readonly bytes: Buffer;
}

const isCall = (value: Pickled | undefined, name: string): value is PickledCall =>
	value !== null && typeof value === 'object' && 'call' in value && value.call.endsWith(name);

/** Bytes of a pickled byte string: Python 2's strings are texts here, Python 3 encodes them in protocol 2. */
function toBytes(value: Pickled | undefined): Buffer | undefined {
	if (Buffer.isBuffer(value)) return value;
	if (typeof value === 'string') return Buffer.from(value, 'latin1');
	if (!isCall(value, '_codecs.encode') && !isCall(value, '.bytearray')) return undefined;
	const [first] = value.arguments;
	if (first === undefined) return Buffer.alloc(0);
	return typeof first === 'string' ? Buffer.from(first, 'latin1') : toBytes(first);
}

/** @throws RangeError for an element type other than little-endian numbers */
function toType(value: Pickled | undefined): string {
	const type = isCall(value, 'numpy.dtype') ? value.arguments[0] : undefined;
	const name = Buffer.isBuffer(type) ? type.toString('latin1') : type;
	if (!isCall(value, 'numpy.dtype') || typeof name !== 'string' || !/^[uifb]\d$/u.test(name)) {
		throw new RangeError(`has elements of type ${typeof name === 'string' ? name : 'unknown'}`);
	}
	const order = Array.isArray(value.state) ? value.state[1] : '|';
	if (String(order) === '>') throw new RangeError('has big-endian elements');
	return name;
}

/**
 * The array that a pickled value is; undefined if it is none.
 *
 * @throws RangeError if it has other elements than numbers, is in Fortran order, or is cut short; the text
 * continues "the array …"
 */
export function toNumpyArray(value: Pickled | undefined): NumpyArray | undefined {
	let type: string;
	let shape: Pickled | undefined;
	let bytes: Buffer | undefined;
	let fortran: boolean;
	if (isCall(value, '._frombuffer')) {
		const [content, dtype, extents, order] = value.arguments;
		[type, shape, bytes, fortran] = [toType(dtype), extents, toBytes(content), order === 'F'];
	} else if (isCall(value, '._reconstruct') && Array.isArray(value.state)) {
		const [, extents, dtype, isFortran, content] = value.state;
		[type, shape, bytes, fortran] = [toType(dtype), extents, toBytes(content), isFortran === true];
	} else {
		return undefined;
	}
	if (fortran) throw new RangeError('is in Fortran order');
	if (!Array.isArray(shape) || !shape.every(extent => Number.isSafeInteger(extent))) {
		throw new RangeError('has no shape');
	}
	const extents = shape as number[];
	const needed = extents.reduce((product, extent) => product * extent, Number(type.slice(1)));
	if (bytes?.length !== needed) throw new RangeError(`needs ${needed} bytes, has ${bytes?.length ?? 0}`);
	return { type, shape: extents, bytes };
}

/** Whole numbers of a list or an array of them; undefined for anything else. */
export function toIntegers(value: Pickled | undefined): number[] | undefined {
	if (Array.isArray(value)) {
		return value.every(item => Number.isSafeInteger(item)) ? (value as number[]) : undefined;
	}
	const array = toNumpyArray(value);
	if (!array || !/^[ui]/u.test(array.type)) return undefined;
	const { type, bytes } = array;
	const size = Number(type.slice(1));
	return Array.from({ length: bytes.length / size }, (_, index) => {
		const at = index * size;
		if (size === 8) return Number(bytes.readBigInt64LE(at));
		return type[0] === 'u' ? bytes.readUIntLE(at, size) : bytes.readIntLE(at, size);
	});
}
