import { UsageError } from '../../errors.ts';
import type { Interval } from '../../statistics/t-interval.ts';
import { bootstrapMeanSteps } from '../bootstrap/bootstrap-mean.ts';
import { frechetIntervalSteps } from '../bootstrap/frechet-interval.ts';
import { createInceptionScoreBootstrap } from '../bootstrap/inception-score-interval.ts';
import { precisionRecallIntervalsSteps } from '../bootstrap/precision-recall-intervals.ts';
import type { BootstrapOptions } from '../bootstrap/recentred-interval.ts';
import { subsetInterval } from '../bootstrap/subset-interval.ts';
import type { MetricRules } from '../evaluators/evaluator.ts';
import { fidInfinitySteps } from '../fid-infinity.ts';
import { frechetScore } from '../frechet-distance.ts';
import { createInceptionScoreAccumulator } from '../inception-score.ts';
import {
	type KernelDistance,
	kernelDistanceOfSubsetsSteps,
	kernelDistanceSteps,
} from '../kernel-distance.ts';
import { precisionRecallSteps } from '../precision-recall.ts';
import { fallbackRules } from '../protocols/fallback-rules.ts';
import type { KernelDistanceRule } from '../protocols/preset.ts';
import { inTurns, type Steps } from '../steps.ts';
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
	readonly signal?: AbortSignal;
}

export interface Measured {
	readonly metrics: Metrics;
	readonly intervals: Intervals | undefined;
	/** Sentences that must stand beside the numbers. */
	readonly notes: string[];
}

const confidence = 0.95;
// Of fewer, a bootstrap interval is far too short.
const fewestResampled = 8;

/** The part of an interval that a score can reach: recentring may pass its ends. */
const bounded = ({ low, high }: Interval, largest: number): Interval => ({
	low: Math.max(0, low),
	high: Math.min(largest, high),
});

/** The rule of the kernel distance for so many images on the smaller side. */
function kernelRuleOf({ kernelDistance }: MetricRules, images: number): KernelDistanceRule {
	const rule = kernelDistance?.value ?? fallbackRules.kid.value;
	if (rule.form === 'blocks' || rule.smallerSets !== 'whole') return rule;
	return { ...rule, subsetSize: Math.min(rule.subsetSize, images) };
}

/** The interval of a kernel distance, or why there is none. */
function* kernelInterval(
	{ estimates }: KernelDistance,
	rule: KernelDistanceRule,
	images: number,
	bootstrap: BootstrapOptions,
): Steps<{ interval?: Interval; note?: string }> {
	if (rule.form === 'blocks') {
		if (estimates.length < 8) {
			return { note: `no interval of kid: it needs at least 8 blocks of images, got ${estimates.length}` };
		}
		return { interval: yield* bootstrapMeanSteps(estimates, { ...bootstrap, name: 'kernel-distance' }) };
	}
	const { subsetSize } = rule;
	if (images < 2 * subsetSize) {
		const needed = `${2 * subsetSize} images on both sides, twice a subset's, got ${images}`;
		return { note: `no interval of kid: it needs at least ${needed}` };
	}
	return {
		interval: subsetInterval(estimates, { subsetSize, images, confidence }),
		note: 'the interval of kid is taken from the spread of its subsets, not from replicates',
	};
}

/**
 * Measures two sides by the rules of a protocol. The event loop gets a turn after each tile, block or batch.
 *
 * @throws UsageError for a metric that was asked for and cannot be measured, or sides of different dimension
 * @throws the reason of the signal once it is aborted
 */
export async function measure(real: Side, fake: Side, options: MeasureOptions): Promise<Measured> {
	const { preset, seed, onProgress, signal, bootstrapReplicates: replicates } = options;
	const { chosen, notes } = choose(real, fake, options);
	const run = <Result>(steps: Steps<Result>): Promise<Result> => inTurns(steps, signal);
	const progress = (name: string) => (fraction: number) => onProgress?.(name, fraction, 1);
	const metrics: Metrics = {};
	const intervals: Record<string, Interval> = {};
	const bootstrap: BootstrapOptions | undefined = replicates ? { seed, replicates, confidence } : undefined;
	const traceRule = preset.traceRule.value;
	if (chosen.includes('fid')) {
		progress('fid')(0);
		const [reference, statistics] = [await real.statistics(), await fake.statistics()];
		const { distance, warnings } = frechetScore(reference, statistics, { traceRule });
		metrics.fid = distance;
		notes.push(...warnings);
		if (bootstrap && fake.features) {
			const asked = { ...bootstrap, traceRule };
			intervals.fid = await run(frechetIntervalSteps(reference, fake.features, asked));
		} else if (bootstrap) notes.push('no interval of fid: it needs features of the fake side');
	}
	if (chosen.includes('is')) {
		const { splits } = preset.inceptionScore?.value ?? fallbackRules.is.value;
		const { classes, rows } = fake.logits!;
		const shared = { classes, count: fake.count, splits };
		const accumulator = createInceptionScoreAccumulator(shared);
		const resampled = bootstrap && createInceptionScoreBootstrap({ ...shared, ...bootstrap });
		await run(
			(function* steps() {
				let done = 0;
				for (const part of rows()) {
					yield;
					accumulator.add(part);
					resampled?.add(part);
					done += part.length / classes;
					progress('is')(done / fake.count);
				}
			})(),
		);
		const { mean, values } = accumulator.scores();
		const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
		metrics.inceptionScore = { mean, std: splits > 1 ? Math.sqrt(squares / splits) : null, splits };
		if (resampled) intervals.inceptionScore = resampled.interval();
	}
	if (chosen.includes('kid')) {
		const images = Math.min(real.count, fake.count);
		const rule = kernelRuleOf(preset, images);
		const onPart = progress('kid');
		const steps =
			rule.form === 'blocks'
				? kernelDistanceSteps(real.features!, fake.features!, {
						maximumBlockSize: rule.largestBlock,
						onProgress: onPart,
					})
				: kernelDistanceOfSubsetsSteps(real.features!, fake.features!, { ...rule, seed, onProgress: onPart });
		if (rule.form === 'subsets' && rule.subsetSize === images) {
			notes.push(`kid: every subset is all ${images} images of the smaller side`);
		}
		const score = await run(steps);
		const { mean, spread, estimates } = score;
		metrics.kernelDistance = { mean, spread, estimates: estimates.length };
		if (bootstrap) {
			const { interval, note } = await run(kernelInterval(score, rule, images, bootstrap));
			if (interval) intervals.kernelDistance = interval;
			if (note) notes.push(note);
		}
	}
	if (chosen.includes('prdc')) {
		const { neighbours, comparison } = preset.manifold?.value ?? fallbackRules.prdc.value;
		const steps = precisionRecallSteps(real.features!, fake.features!, {
			neighbours,
			inclusive: comparison === '<=',
			onProgress: progress('prdc'),
		});
		const result = await run(steps);
		const { precision, recall, density, coverage } = result;
		Object.assign(metrics, { precision, recall, density, coverage });
		if (bootstrap) {
			const found = await run(precisionRecallIntervalsSteps(result, bootstrap));
			for (const [name, interval] of Object.entries(found)) {
				intervals[name] = bounded(interval, name === 'density' ? Number.POSITIVE_INFINITY : 1);
			}
		}
	}
	if (chosen.includes('fid-infinity')) {
		const steps = fidInfinitySteps(await real.statistics(), fake.features!, {
			seed,
			traceRule,
			onProgress: progress('fid-infinity'),
		});
		const { value, standardError, warnings } = await run(steps);
		metrics.fidInfinity = { value, standardError };
		notes.push(...warnings);
		if (bootstrap)
			notes.push(
				'no interval of fid-infinity: the whole extrapolation would be repeated for each replicate; the standard error is that of its line, not one over the images',
			);
	}
	if (chosen.includes('per-class-fid')) {
		const { perClassFid, warnings } = await run(measureClasses(real, fake, progress('per-class-fid')));
		metrics.perClassFid = perClassFid;
		notes.push(...warnings);
		if (bootstrap) notes.push('no interval of per-class-fid: images are not resampled within classes');
	}
	if (chosen.includes('duplicates')) {
		const onPart = progress('duplicates');
		const { duplicates, isCopy, warnings } = await run(
			measureDuplicates(options.training!, real, fake, onPart),
		);
		metrics.duplicates = duplicates;
		notes.push(...warnings);
		if (bootstrap && duplicates.share > 0) {
			const interval = await run(bootstrapMeanSteps(isCopy, { ...bootstrap, name: 'duplicates' }));
			intervals.duplicates = bounded(interval, 1);
		} else if (bootstrap) notes.push('no interval of duplicates: resampling no copy gives no copy');
	}
	if (chosen.includes('linear-probe')) {
		const onPart = progress('linear-probe');
		const { linearProbe, isRight, warnings } = await run(measureProbe(options.probe!, onPart));
		metrics.linearProbe = linearProbe;
		notes.push(...warnings);
		if (bootstrap && isRight.length >= fewestResampled) {
			const interval = await run(bootstrapMeanSteps(isRight, { ...bootstrap, name: 'linear-probe' }));
			intervals.linearProbe = bounded(interval, 1);
		} else if (bootstrap) {
			notes.push(
				`no interval of linear-probe: it needs at least ${fewestResampled} real images, got ${isRight.length}`,
			);
		}
	}
	return {
		metrics,
		intervals: bootstrap && { confidence, replicates: bootstrap.replicates!, seed, of: intervals },
		notes: [...new Set(notes)],
	};
}

/** @throws UsageError unless images are enough to be resampled */
export function requireResamplable({ count }: Pick<Side, 'count'>): void {
	if (count >= fewestResampled) return;
	throw new UsageError(
		`--bootstrap: expected at least ${fewestResampled} fake images to resample, got ${count}`,
		'score more images, or leave --bootstrap out',
	);
}
