import { UsageError } from '../../errors.ts';
import type { PictureLabels } from './source.ts';
import type { StoredArray } from './stored-array.ts';

/** Names under which programs keep classes beside images or features. */
const names: readonly string[] = ['labels', 'label', 'y'];

function readWholeNumbers({ dtype, shape, readRows }: StoredArray): Float64Array {
	const { buffer } = new Uint8Array(readRows(0, shape[0]));
	if (dtype === '|u1') return Float64Array.from(new Uint8Array(buffer));
	if (dtype === '<i4') return Float64Array.from(new Int32Array(buffer));
	return Float64Array.from(new BigInt64Array(buffer), Number);
}

/**
 * The classes that lie beside images or features in an archive: an array `labels`, `label` or `y`, [n] of whole
 * numbers from 0.
 *
 * @param count number of images
 * @returns undefined if there is no such array
 * @throws UsageError if there is one that does not fit the images
 */
export function findArrayLabels(arrays: readonly StoredArray[], count: number): PictureLabels | undefined {
	const array = arrays.find(({ name }) => names.includes(name));
	if (!array) return undefined;
	const { file, name, dtype, shape } = array;
	if (`${shape}` !== `${[count]}` || !['|u1', '<i4', '<i8'].includes(dtype)) {
		throw new UsageError(
			`${file}: array '${name}': expected the classes of ${count} images, whole numbers [${count}], got ${dtype} [${shape}]`,
			'save labels as uint8, int32 or int64, one an image',
		);
	}
	const values = readWholeNumbers(array);
	const position = values.findIndex(value => value < 0);
	if (position !== -1) {
		throw new UsageError(
			`${file}: array '${name}': expected classes from 0, got ${values[position]} for image ${position}`,
			'leave images without a class out',
		);
	}
	return { values, classes: undefined, names: undefined };
}
