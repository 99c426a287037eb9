/** What the header of a .npy file says (numpy.lib.format, version 1 to 3). */
export interface NpyHeader {
	/** NumPy's type, for example `|u1`, `<f4`, `<f8`. */
	readonly dtype: string;
	readonly shape: readonly number[];
	/** Bytes before the data. */
	readonly dataOffset: number;
}

/** Bytes that hold any header that NumPy writes. */
export const longestNpyHeader = 65_536 + 12;

/**
 * Reads the header at the start of a .npy file.
 *
 * @param bytes the first bytes of the file, the whole header among them
 * @throws Error if they are no header, or the array lies in Fortran order
 */
export function readNpyHeader(bytes: Buffer): NpyHeader {
	if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== '\u0093NUMPY')
		throw new Error('no .npy header');
	const version = bytes[6];
	if (version < 1 || version > 3) throw new Error(`.npy version ${version} is unknown`);
	const lengthBytes = version === 1 ? 2 : 4;
	const length = version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
	const start = 8 + lengthBytes;
	if (start + length > bytes.length) throw new Error(`its header claims ${length} bytes`);
	const text = bytes.toString('utf8', start, start + length);
	const dtype = /'descr':\s*'([^']+)'/u.exec(text)?.[1];
	const order = /'fortran_order':\s*(True|False)/u.exec(text)?.[1];
	const extents = /'shape':\s*\(([\d,\s]*)\)/u.exec(text)?.[1];
	if (dtype === undefined || order === undefined || extents === undefined) {
		throw new Error(`its header is not understood: ${text.trim().slice(0, 80)}`);
	}
	if (order === 'True') throw new Error('it lies in Fortran order; save numpy.ascontiguousarray of it');
	const shape = extents
		.split(',')
		.map(part => part.trim())
		.filter(part => part !== '')
		.map(Number);
	return { dtype, shape, dataOffset: start + length };
}
