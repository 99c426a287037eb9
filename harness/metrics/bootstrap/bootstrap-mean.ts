import { UsageError } from '../../errors.ts';
import type { Interval } from '../../statistics/t-interval.ts';
import { createStream } from '../../tensor/random.ts';
import type { Steps } from '../steps.ts';
import { poissonWeights } from './poisson-weights.ts';
import { type BootstrapOptions, recentredInterval, withDefaults } from './recentred-interval.ts';

/**
 * Bootstrap interval of a mean. Scores that are means of independent numbers use it directly: precision (whether
 * each fake is inside), density, recall, coverage, the kernel distance over its blocks. A step is some replicates.
 *
 * @param values at least 8 numbers: of fewer, a bootstrap interval is far too short
 * @param options.name of what is resampled, so that the scores of one set get streams of their own
 * @throws UsageError for fewer values or options out of range
 * @throws RangeError for NaN or infinity
 */
export function* bootstrapMeanSteps(
	values: ArrayLike<number>,
	options: BootstrapOptions & { readonly name: string },
): Steps<Interval> {
	const { seed, replicates, confidence } = withDefaults(options);
	const count = values.length;
	if (count < 8) {
		throw new UsageError(
			`${options.name}: expected at least 8 values to resample, got ${count}`,
			'score more images, or in smaller blocks',
		);
	}
	const means: number[] = [];
	for (let replicate = 0; replicate < replicates; replicate++) {
		if (replicate % 10 === 0) yield;
		const weights = poissonWeights(createStream(seed, 'bootstrap', options.name, replicate), count);
		let [sum, total] = [0, 0];
		for (let row = 0; row < count; row++) {
			sum += weights[row] * values[row];
			total += weights[row];
		}
		// All weights of a few rows may be 0: then the replicate is the sample itself.
		means.push(total > 0 ? sum / total : Number.NaN);
	}
	let mean = 0;
	for (let row = 0; row < count; row++) mean += values[row] / count;
	return recentredInterval(
		mean,
		means.map(value => (Number.isNaN(value) ? mean : value)),
		confidence,
	);
}
