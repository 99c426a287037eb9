import { UsageError } from '../../errors.ts';
import type { Interval } from '../../statistics/t-interval.ts';
import { bootstrapMean } from '../bootstrap/bootstrap-mean.ts';
import { frechetInterval } from '../bootstrap/frechet-interval.ts';
import { createInceptionScoreBootstrap } from '../bootstrap/inception-score-interval.ts';
import { precisionRecallIntervals } from '../bootstrap/precision-recall-intervals.ts';
import type { BootstrapOptions } from '../bootstrap/recentred-interval.ts';
import type { MetricRules } from '../evaluators/evaluator.ts';
import { fidInfinity } from '../fid-infinity.ts';
import { frechetScore } from '../frechet-distance.ts';
import { createInceptionScoreAccumulator } from '../inception-score.ts';
import { type KernelDistance, kernelDistance, kernelDistanceOfSubsets } from '../kernel-distance.ts';
import { precisionRecall } from '../precision-recall.ts';
import { fallbackRules } from '../protocols/fallback-rules.ts';
import { choose } from './choose-metrics.ts';
import { measureClasses } from './measure-classes.ts';
import { measureDuplicates } from './measure-duplicates.ts';
import { measureProbe, type ProbeFeatures } from './measure-probe.ts';
import type { Intervals, MetricName, Metrics } from './score-result.ts';
import type { Side } from './side.ts';

export type { Side } from './side.ts';

export interface MeasureOptions {
	/** Rules of the protocol. */
	readonly preset: MetricRules;
	/** What was asked for; undefined for all that the protocol defines and the sides allow. */
	readonly metrics: readonly MetricName[] | undefined;
	/** Seed of subsets and of bootstrap weights. */
	readonly seed: number;
	/** The images that the generator was trained on, for `duplicates`. */
	readonly training?: Side;
	/** Features of the run's discriminator, for `linear-probe`. */
	readonly probe?: ProbeFeatures;
	/** Bootstrap intervals with so many replicates; none if undefined. */
	readonly bootstrapReplicates?: number;
	readonly onProgress?: (phase: string, done: number, total: number) => void;
}

export interface Measured {
	readonly metrics: Metrics;
	readonly intervals: Intervals | undefined;
	/** Sentences that must stand beside the numbers. */
	readonly notes: string[];
}

const confidence = 0.95;

/** The part of an interval that a score can reach: recentring may pass its ends. */
const bounded = ({ low, high }: Interval, largest: number): Interval => ({
	low: Math.max(0, low),
	high: Math.min(largest, high),
});

/**
 * Measures two sides by the rules of a protocol.
 *
 * @throws UsageError for a metric that was asked for and cannot be measured, or sides of different dimension
 */
export function measure(real: Side, fake: Side, options: MeasureOptions): Measured {
	const { preset, seed, onProgress, bootstrapReplicates: replicates } = options;
	const { chosen, notes } = choose(real, fake, options);
	const progress = (name: string) => (fraction: number) => onProgress?.(name, fraction, 1);
	const metrics: Metrics = {};
	const intervals: Record<string, Interval> = {};
	const bootstrap: BootstrapOptions | undefined = replicates ? { seed, replicates, confidence } : undefined;
	const traceRule = preset.traceRule.value;
	if (chosen.includes('fid')) {
		progress('fid')(0);
		const { distance, warnings } = frechetScore(real.statistics(), fake.statistics(), { traceRule });
		metrics.fid = distance;
		notes.push(...warnings);
		if (bootstrap && fake.features) {
			intervals.fid = frechetInterval(real.statistics(), fake.features, { ...bootstrap, traceRule });
		} else if (bootstrap) notes.push('no interval of fid: it needs features of the fake side');
	}
	if (chosen.includes('is')) {
		const { splits } = preset.inceptionScore?.value ?? fallbackRules.is.value;
		const { classes, rows } = fake.logits!;
		const shared = { classes, count: fake.count, splits };
		const accumulator = createInceptionScoreAccumulator(shared);
		const resampled = bootstrap && createInceptionScoreBootstrap({ ...shared, ...bootstrap });
		let done = 0;
		for (const part of rows()) {
			accumulator.add(part);
			resampled?.add(part);
			done += part.length / classes;
			progress('is')(done / fake.count);
		}
		const { mean, values } = accumulator.scores();
		const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
		metrics.inceptionScore = { mean, std: splits > 1 ? Math.sqrt(squares / splits) : null, splits };
		if (resampled) intervals.inceptionScore = resampled.interval();
	}
	if (chosen.includes('kid')) {
		const rule = preset.kernelDistance?.value ?? fallbackRules.kid.value;
		const onPart = progress('kid');
		const score: KernelDistance =
			rule.form === 'blocks'
				? kernelDistance(real.features!, fake.features!, {
						maximumBlockSize: rule.largestBlock,
						onProgress: onPart,
					})
				: kernelDistanceOfSubsets(real.features!, fake.features!, { ...rule, seed, onProgress: onPart });
		const { mean, spread, estimates } = score;
		metrics.kernelDistance = { mean, spread, estimates: estimates.length };
		// Subsets share images, so resampling them says nothing about the images.
		if (bootstrap && rule.form === 'blocks' && estimates.length >= 8) {
			intervals.kernelDistance = bootstrapMean(estimates, { ...bootstrap, name: 'kernel-distance' });
		} else if (bootstrap) notes.push('no interval of kid: it needs at least 8 blocks of images');
	}
	if (chosen.includes('prdc')) {
		const { neighbours, comparison } = preset.manifold?.value ?? fallbackRules.prdc.value;
		const result = precisionRecall(real.features!, fake.features!, {
			neighbours,
			inclusive: comparison === '<=',
			onProgress: progress('prdc'),
		});
		const { precision, recall, density, coverage } = result;
		Object.assign(metrics, { precision, recall, density, coverage });
		if (bootstrap) {
			for (const [name, interval] of Object.entries(precisionRecallIntervals(result, bootstrap))) {
				intervals[name] = bounded(interval, name === 'density' ? Number.POSITIVE_INFINITY : 1);
			}
		}
	}
	if (chosen.includes('fid-infinity')) {
		const { value, standardError, warnings } = fidInfinity(real.statistics(), fake.features!, {
			seed,
			traceRule,
			onProgress: progress('fid-infinity'),
		});
		metrics.fidInfinity = { value, standardError };
		notes.push(...warnings);
		if (bootstrap) notes.push('no interval of fid-infinity: it has the standard error of its extrapolation');
	}
	if (chosen.includes('per-class-fid')) {
		const { perClassFid, warnings } = measureClasses(real, fake, progress('per-class-fid'));
		metrics.perClassFid = perClassFid;
		notes.push(...warnings);
		if (bootstrap) notes.push('no interval of per-class-fid: a class has too few images to resample');
	}
	if (chosen.includes('duplicates')) {
		const onPart = progress('duplicates');
		const { duplicates, isCopy, warnings } = measureDuplicates(options.training!, real, fake, onPart);
		metrics.duplicates = duplicates;
		notes.push(...warnings);
		if (bootstrap && duplicates.share > 0) {
			intervals.duplicates = bounded(bootstrapMean(isCopy, { ...bootstrap, name: 'duplicates' }), 1);
		} else if (bootstrap) notes.push('no interval of duplicates: resampling no copy gives no copy');
	}
	if (chosen.includes('linear-probe')) {
		const { linearProbe, warnings } = measureProbe(options.probe!, progress('linear-probe'));
		metrics.linearProbe = linearProbe;
		notes.push(...warnings);
		if (bootstrap) notes.push('no interval of linear-probe: resampled images would have to be fitted anew');
	}
	return {
		metrics,
		intervals: bootstrap && { confidence, replicates: bootstrap.replicates!, seed, of: intervals },
		notes: [...new Set(notes)],
	};
}

/** @throws UsageError unless images are enough to be resampled */
export function requireResamplable({ count }: Pick<Side, 'count'>): void {
	if (count >= 8) return;
	throw new UsageError(
		`--bootstrap: expected at least 8 fake images to resample, got ${count}`,
		'score more images, or leave --bootstrap out',
	);
}
