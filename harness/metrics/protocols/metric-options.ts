import { digestOf } from '../../canonical-json.ts';
import type { Protocol } from '../../run/records.ts';
import type { MetricRules } from '../evaluators/evaluator.ts';
import { defaultPoints, largestSmallestSize } from '../fid-infinity.ts';
import { duplicateQuantile } from '../score/measure-duplicates.ts';
import { probeGradientTolerance, probeMostSteps, probePenalty } from '../score/measure-probe.ts';
import type { MetricName } from '../score/score-result.ts';
import { fallbackRules } from './fallback-rules.ts';
import { kernelRuleText, manifoldRuleText } from './score-protocol.ts';

type Details = Protocol['details'];

/** Metrics whose options are their own, or lacking in protocols; a detail's name begins with the metric's. */
const owners = [
	'is',
	'kid',
	'prdc',
	'fid-infinity',
	'per-class-fid',
	'duplicates',
	'linear-probe',
	'bootstrap',
] as const;

/** Rules of metrics that the protocol itself has no rule for. */
function fallbackDetails(preset: MetricRules, metrics: readonly MetricName[]): Details {
	const lacks = (name: MetricName, rule: unknown): boolean => rule === null && metrics.includes(name);
	const { is, kid, prdc } = fallbackRules;
	return {
		...(lacks('is', preset.inceptionScore) ? { 'is splits': is.value.splits, 'is bias': is.value.bias } : {}),
		...(lacks('kid', preset.kernelDistance) ? { 'kid rule': kernelRuleText(kid.value) } : {}),
		...(lacks('prdc', preset.manifold) ? { 'prdc rule': manifoldRuleText(prdc.value) } : {}),
	};
}

/**
 * What decides the metrics that were asked for, beyond what all metrics share: part of the protocol's fingerprint.
 *
 * @param asked.trainingDigest digest of the training images, where a metric needs them
 */
export function metricOptions(asked: {
	/** Rules of the protocol. */
	readonly preset: MetricRules;
	readonly metrics: readonly MetricName[] | undefined;
	readonly trainingDigest: string | undefined;
	/** Digest of the classes of the real images. */
	readonly labelsDigest: string | undefined;
	readonly bootstrapReplicates: number | undefined;
}): Details {
	const {
		preset,
		metrics = [],
		trainingDigest = 'unknown',
		labelsDigest = 'none',
		bootstrapReplicates,
	} = asked;
	return {
		...fallbackDetails(preset, metrics),
		...(metrics.includes('fid-infinity')
			? {
					'fid-infinity points': defaultPoints,
					'fid-infinity smallest subset': `a tenth of the images, at most ${largestSmallestSize}`,
				}
			: {}),
		...(metrics.includes('per-class-fid')
			? { 'per-class-fid real labels': labelsDigest, 'per-class-fid trace rule': 'exact' }
			: {}),
		...(metrics.includes('duplicates')
			? { 'duplicates quantile': duplicateQuantile, 'duplicates training': trainingDigest }
			: {}),
		...(metrics.includes('linear-probe')
			? {
					'linear-probe penalty': probePenalty,
					'linear-probe most steps': probeMostSteps,
					'linear-probe gradient tolerance': probeGradientTolerance,
					'linear-probe training': trainingDigest,
				}
			: {}),
		...(bootstrapReplicates === undefined
			? {}
			: { 'bootstrap replicates': bootstrapReplicates, 'bootstrap confidence': 0.95 }),
	};
}

const optionsOf = (owner: string, { details }: Protocol): string[] =>
	Object.keys(details).filter(name => name.startsWith(`${owner} `));

function without({ details, ...rest }: Protocol, names: ReadonlySet<string>): Protocol {
	const kept = Object.fromEntries(Object.entries(details).filter(([name]) => !names.has(name)));
	return { ...rest, details: kept, fingerprint: digestOf(kept) };
}

/**
 * Two protocols without the options of metrics that only one of them measured: what must be equal for the numbers
 * that both have to stand side by side.
 */
export function sharedProtocols(first: Protocol, second: Protocol): [first: Protocol, second: Protocol] {
	const dropped = owners.flatMap(owner => {
		const [ours, theirs] = [optionsOf(owner, first), optionsOf(owner, second)];
		return ours.length > 0 && theirs.length > 0 ? [] : [...ours, ...theirs];
	});
	if (dropped.length === 0) return [first, second];
	const names = new Set(dropped);
	return [without(first, names), without(second, names)];
}
