import type { Interval } from '../../statistics/t-interval.ts';
import type { PrecisionRecall } from '../precision-recall.ts';
import type { Steps } from '../steps.ts';
import { bootstrapMeanSteps } from './bootstrap-mean.ts';
import type { BootstrapOptions } from './recentred-interval.ts';

/**
 * Bootstrap intervals of precision, recall, density and coverage. What is resampled is the images that are asked
 * about (fakes for precision and density, real ones for recall and coverage); the balls stay, because a copy of
 * an image in a resampled set would shrink its ball to nothing. The noise of the balls themselves is therefore
 * not in the intervals: they are somewhat short.
 *
 * @throws UsageError for fewer than 8 images a side or options out of range
 */
export function* precisionRecallIntervalsSteps(
	result: PrecisionRecall,
	options: BootstrapOptions,
): Steps<Record<'precision' | 'recall' | 'density' | 'coverage', Interval>> {
	const { neighbours, realBallsOfFake, fakeBallsOfReal, fakesInRealBall } = result;
	const interval = (name: string, counts: Uint32Array, value: (count: number) => number) =>
		bootstrapMeanSteps(Float64Array.from(counts, value), { ...options, name });
	const any = (count: number): number => (count > 0 ? 1 : 0);
	return {
		precision: yield* interval('precision', realBallsOfFake, any),
		recall: yield* interval('recall', fakeBallsOfReal, any),
		density: yield* interval('density', realBallsOfFake, count => count / neighbours),
		coverage: yield* interval('coverage', fakesInRealBall, any),
	};
}
