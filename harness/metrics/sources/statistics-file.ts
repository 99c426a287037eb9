import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { writeFileAtomically } from '../../write-atomically.ts';
import type { FeatureStatistics } from '../feature-statistics.ts';
import { provenanceSchema } from '../inception/provenance.ts';
import { encodeNpz } from './npz-writer.ts';
import type { StatisticsOrigin, StatisticsSource } from './source.ts';
import type { StoredArray } from './stored-array.ts';

// The names that TTUR chose and every FID tool since reads. The other two are ours: what wrote the statistics, as
// JSON, and how many images there were. Tools look arrays up by name, so they do not mind.
const names = {
	mean: 'mu',
	covariance: 'sigma',
	count: 'fewer_labels_count',
	origin: 'fewer_labels_origin',
} as const;

const originSchema = z.strictObject({
	extractorFingerprint: z.string(),
	extractor: z.string(),
	preprocessing: z.string(),
	preset: z.string(),
	contentDigest: z.string(),
	split: z.string(),
	weights: provenanceSchema.optional(),
	tf32: z.boolean().optional(),
});

const find = (arrays: readonly StoredArray[], name: string): StoredArray | undefined =>
	arrays.find(array => array.name === name);

/** Whether these are the arrays of a statistics file. */
export const areStatistics = (arrays: readonly StoredArray[]): boolean =>
	find(arrays, names.mean) !== undefined && find(arrays, names.covariance) !== undefined;

function readDoubles(array: StoredArray): Float64Array {
	const { file, name, dtype, shape } = array;
	if (dtype !== '<f8' && dtype !== '<f4') {
		throw new UsageError(
			`${file}: array '${name}': expected float64 or float32, got ${dtype}`,
			'save mean and covariance as float64',
		);
	}
	const { buffer } = new Uint8Array(array.readRows(0, shape[0]));
	const values = dtype === '<f8' ? new Float64Array(buffer) : Float64Array.from(new Float32Array(buffer));
	const position = values.findIndex(value => !Number.isFinite(value));
	if (position !== -1) {
		throw new UsageError(
			`${file}: array '${name}': expected finite numbers, got ${values[position]} at position ${position}`,
			'compute the statistics again',
		);
	}
	return values;
}

/** @throws UsageError for shapes that do not belong together, numbers that are not finite, or no covariance */
function readStatistics(arrays: readonly StoredArray[]): FeatureStatistics {
	const [mean, covariance] = [find(arrays, names.mean)!, find(arrays, names.covariance)!];
	const [dimension] = mean.shape;
	if (mean.shape.length !== 1 || `${covariance.shape}` !== `${[dimension, dimension]}`) {
		throw new UsageError(
			`${mean.file}: expected 'mu' [d] and 'sigma' [d, d], got [${mean.shape}] and [${covariance.shape}]`,
			'give a statistics file of pytorch-fid, TTUR or `score --save-statistics`',
		);
	}
	const values = readDoubles(covariance);
	let largest = 0;
	let asymmetry = 0;
	for (let row = 0; row < dimension; row++) {
		for (let column = 0; column <= row; column++) {
			const value = values[row * dimension + column];
			largest = Math.max(largest, Math.abs(value));
			asymmetry = Math.max(asymmetry, Math.abs(value - values[column * dimension + row]));
		}
	}
	if (asymmetry > 1e-5 * largest) {
		throw new UsageError(
			`${mean.file}: array 'sigma': expected a symmetric matrix, got entries that differ by ${asymmetry}`,
			'the file is damaged or holds something else; compute the statistics again',
		);
	}
	const negative = values.findIndex(
		(value, index) => index % (dimension + 1) === 0 && value < -1e-5 * largest,
	);
	if (negative !== -1) {
		const feature = negative / (dimension + 1);
		throw new UsageError(
			`${mean.file}: array 'sigma': expected a covariance, got the variance ${values[negative]} for feature ${feature}`,
			'the file is damaged or holds something else; compute the statistics again',
		);
	}
	const count = find(arrays, names.count);
	return {
		count: count ? readDoubles(count)[0] : 0,
		dimension,
		mean: readDoubles(mean),
		covariance: values,
	};
}

function readOrigin(arrays: readonly StoredArray[]): StatisticsOrigin | undefined {
	const array = find(arrays, names.origin);
	if (!array) return undefined;
	try {
		return originSchema.parse(JSON.parse(array.readRows(0, array.shape[0]).toString('utf8')));
	} catch (error) {
		throw new UsageError(
			`${array.file}: array '${array.name}' does not say where the statistics come from`,
			'write the statistics again with `score --save-statistics`',
			error,
		);
	}
}

/**
 * Statistics that another program, or `writeStatistics`, left in a file.
 *
 * @throws UsageError if the arrays are no mean and covariance
 */
export function openStatistics(arrays: readonly StoredArray[]): StatisticsSource {
	const statistics = readStatistics(arrays);
	const origin = readOrigin(arrays);
	const [mean, covariance] = [find(arrays, names.mean)!, find(arrays, names.covariance)!];
	return {
		kind: 'statistics',
		name: mean.file,
		split: origin?.split ?? 'as given',
		statistics,
		origin,
		close: () => {},
		// What the statistics were made of identifies them better than their own bytes, which rounding moves.
		digest: async () =>
			origin?.contentDigest ?? `${await mean.digest(() => {})}:${await covariance.digest(() => {})}`,
	};
}

/**
 * Writes `mu` and `sigma` for pytorch-fid, TTUR and others to read, with a note of where they come from.
 *
 * @throws EnvironmentError if the file cannot be written
 */
export function writeStatistics(file: string, statistics: FeatureStatistics, origin: StatisticsOrigin): void {
	const { count, dimension, mean, covariance } = statistics;
	const text = Buffer.from(JSON.stringify(originSchema.parse(origin)));
	writeFileAtomically(
		file,
		encodeNpz(
			new Map([
				[names.mean, { shape: [dimension], values: mean }],
				[names.covariance, { shape: [dimension, dimension], values: covariance }],
				[names.count, { shape: [1], values: Float64Array.of(count) }],
				[names.origin, { shape: [text.length], values: new Uint8Array(text) }],
			]),
		),
	);
}
