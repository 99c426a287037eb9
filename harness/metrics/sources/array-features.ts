import { UsageError } from '../../errors.ts';
import { tf } from '../../tensor/tensorflow.ts';
import type { FeatureSource, PictureLabels } from './source.ts';
import type { StoredArray } from './stored-array.ts';

/** Whether an array's type and shape are those of feature vectors. */
export const isFeatureArray = ({ shape, dtype }: StoredArray): boolean =>
	shape.length === 2 && (dtype === '<f4' || dtype === '<f8');

const batchRows = 1024;

/**
 * Feature vectors [n, d] of any program, float32 or float64 (rounded to float32), read from disk batch by batch.
 *
 * @param close frees the array's file
 * @param labels classes of the images, if the file has them
 * @throws UsageError for an empty array
 */
export function openArrayFeatures(
	array: StoredArray,
	close: () => void,
	labels?: PictureLabels,
): FeatureSource {
	const [count, dimension] = array.shape;
	if (count === 0 || dimension === 0) {
		throw new UsageError(
			`${array.file}: array '${array.name}': expected at least one feature, got shape [${array.shape}]`,
			'save the features again',
		);
	}
	return {
		kind: 'features',
		name: array.file,
		split: 'as given',
		count,
		dimension,
		...(labels && { labels }),
		close,
		digest: (onProgress, signal) => array.digest(onProgress, signal),
		features: {
			count,
			dimension,
			*batches() {
				for (let from = 0; from < count; from += batchRows) {
					const to = Math.min(from + batchRows, count);
					const { buffer } = new Uint8Array(array.readRows(from, to));
					const values =
						array.dtype === '<f4' ? new Float32Array(buffer) : Float32Array.from(new Float64Array(buffer));
					yield tf.tensor2d(values, [to - from, dimension]);
				}
			},
		},
	};
}
