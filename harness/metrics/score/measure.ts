import { UsageError } from '../../errors.ts';
import type { FeatureSet } from '../feature-set.ts';
import type { FeatureStatistics } from '../feature-statistics.ts';
import { fidInfinity } from '../fid-infinity.ts';
import { frechetScore } from '../frechet-distance.ts';
import { createInceptionScoreAccumulator } from '../inception-score.ts';
import { type KernelDistance, kernelDistance, kernelDistanceOfSubsets } from '../kernel-distance.ts';
import { precisionRecall } from '../precision-recall.ts';
import type { KernelDistanceRule, ManifoldRule, Preset } from '../protocols/preset.ts';
import { fallbackInceptionScore } from './extractor.ts';
import { type MetricName, metricNames, type ScoreResult } from './score-result.ts';

/** One side of a score, as far as it is known. */
export interface Side {
	readonly kind: 'pictures' | 'features' | 'statistics';
	/** 0 where statistics do not say. */
	readonly count: number;
	statistics(): FeatureStatistics;
	/** Undefined where only statistics are known. */
	readonly features: FeatureSet | undefined;
	/** Undefined where images are not known. */
	readonly logits: { readonly classes: number; rows(): Iterable<Float32Array> } | undefined;
}

export interface MeasureOptions {
	readonly preset: Preset;
	/** What was asked for; undefined for all that the protocol defines and the sides allow. */
	readonly metrics: readonly MetricName[] | undefined;
	/** Seed of subsets. */
	readonly seed: number;
	readonly onProgress?: (phase: string, done: number, total: number) => void;
}

// For protocols of tools that lack the metric: clean-fid's and torch-fidelity's subsets, and the numbers of the
// paper on density and coverage.
const fallbackKernelDistance: KernelDistanceRule = { form: 'subsets', subsets: 100, subsetSize: 1000 };
const fallbackManifold: ManifoldRule = { neighbours: 5, comparison: '<' };

function ruleOf(name: MetricName, preset: Preset): unknown {
	const rules = { is: preset.inceptionScore, kid: preset.kernelDistance, prdc: preset.manifold } as const;
	return name in rules ? rules[name as keyof typeof rules] : preset.traceRule;
}

/** Why a metric cannot be measured on these sides; undefined if it can. */
function obstacle(name: MetricName, real: Side, fake: Side, preset: Preset): string | undefined {
	const least = Math.min(real.count, fake.count);
	const needsFeatures = 'features of both sides, not only statistics';
	switch (name) {
		case 'fid':
			return undefined;
		case 'is': {
			const { splits } = preset.inceptionScore?.value ?? fallbackInceptionScore;
			if (!fake.logits) return 'images on the fake side';
			return fake.count < splits ? `at least ${splits} fake images, got ${fake.count}` : undefined;
		}
		case 'kid': {
			if (!real.features || !fake.features) return needsFeatures;
			const rule = preset.kernelDistance?.value ?? fallbackKernelDistance;
			const needed = rule.form === 'subsets' ? rule.subsetSize : 2;
			return least < needed ? `at least ${needed} images on both sides, got ${least}` : undefined;
		}
		case 'prdc': {
			if (!real.features || !fake.features) return needsFeatures;
			const { neighbours } = preset.manifold?.value ?? fallbackManifold;
			return least <= neighbours ? `more than ${neighbours} images on both sides, got ${least}` : undefined;
		}
		case 'fid-infinity':
			if (!fake.features) return 'features of the fake side, not only statistics';
			return fake.count < 20 ? `at least 20 fake images, got ${fake.count}` : undefined;
	}
}

/** What will be measured, and what must be said about the choice. */
function choose(real: Side, fake: Side, options: MeasureOptions): { chosen: MetricName[]; notes: string[] } {
	const { preset, metrics } = options;
	const notes: string[] = [];
	const chosen: MetricName[] = [];
	// FID∞ is no tool's default.
	const wanted =
		metrics ?? metricNames.filter(name => name !== 'fid-infinity' && ruleOf(name, preset) !== null);
	for (const name of wanted) {
		const problem = obstacle(name, real, fake, preset);
		if (problem === undefined) {
			chosen.push(name);
			if (ruleOf(name, preset) === null) {
				notes.push(`${name} is no part of ${preset.name}: measured by the rule of the metric's own paper`);
			}
		} else if (metrics) {
			throw new UsageError(`${name}: needs ${problem}`, 'leave it out of --metrics, or give more');
		} else notes.push(`${name} was left out: it needs ${problem}`);
	}
	return { chosen, notes };
}

/**
 * Measures two sides by the rules of a protocol.
 *
 * @returns the numbers, and sentences that must stand beside them
 * @throws UsageError for a metric that was asked for and cannot be measured, or sides of different dimension
 */
export function measure(
	real: Side,
	fake: Side,
	options: MeasureOptions,
): { metrics: ScoreResult['metrics']; notes: string[] } {
	const { preset, seed, onProgress } = options;
	const { chosen, notes } = choose(real, fake, options);
	const progress = (name: string) => (fraction: number) => onProgress?.(name, fraction, 1);
	const metrics: ScoreResult['metrics'] = {};
	const traceRule = preset.traceRule.value;
	if (chosen.includes('fid')) {
		progress('fid')(0);
		const { distance, warnings } = frechetScore(real.statistics(), fake.statistics(), { traceRule });
		metrics.fid = distance;
		notes.push(...warnings);
	}
	if (chosen.includes('is')) {
		const { splits } = preset.inceptionScore?.value ?? fallbackInceptionScore;
		const { classes, rows } = fake.logits!;
		const accumulator = createInceptionScoreAccumulator({ classes, count: fake.count, splits });
		let done = 0;
		for (const part of rows()) {
			accumulator.add(part);
			done += part.length / classes;
			progress('is')(done / fake.count);
		}
		const { mean, values } = accumulator.scores();
		const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
		metrics.inceptionScore = { mean, std: splits > 1 ? Math.sqrt(squares / splits) : null, splits };
	}
	if (chosen.includes('kid')) {
		const rule = preset.kernelDistance?.value ?? fallbackKernelDistance;
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
	}
	if (chosen.includes('prdc')) {
		const { neighbours, comparison } = preset.manifold?.value ?? fallbackManifold;
		const { precision, recall, density, coverage } = precisionRecall(real.features!, fake.features!, {
			neighbours,
			inclusive: comparison === '<=',
			onProgress: progress('prdc'),
		});
		Object.assign(metrics, { precision, recall, density, coverage });
	}
	if (chosen.includes('fid-infinity')) {
		const { value, standardError, warnings } = fidInfinity(real.statistics(), fake.features!, {
			seed,
			traceRule,
			onProgress: progress('fid-infinity'),
		});
		metrics.fidInfinity = { value, standardError };
		notes.push(...warnings);
	}
	return { metrics, notes: [...new Set(notes)] };
}
