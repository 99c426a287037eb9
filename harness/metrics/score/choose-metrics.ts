import { UsageError } from '../../errors.ts';
import type { MetricRules } from '../evaluators/evaluator.ts';
import { fallbackRules } from '../protocols/fallback-rules.ts';
import type { ProbeFeatures } from './measure-probe.ts';
import { type MetricName, metricNames } from './score-result.ts';
import type { Side } from './side.ts';

/** Measured only when asked for: no tool's default, or in need of more than two sides. */
const onRequest: readonly MetricName[] = ['fid-infinity', 'per-class-fid', 'duplicates', 'linear-probe'];

export interface MetricChoice {
	readonly preset: MetricRules;
	/** What was asked for; undefined for all that the protocol defines and the sides allow. */
	readonly metrics: readonly MetricName[] | undefined;
	readonly training?: Side;
	readonly probe?: ProbeFeatures;
}

function ruleOf(name: MetricName, preset: MetricRules): unknown {
	const rules = { is: preset.inceptionScore, kid: preset.kernelDistance, prdc: preset.manifold } as const;
	return name in rules ? rules[name as keyof typeof rules] : preset.traceRule;
}

/** Why a metric cannot be measured on these sides; undefined if it can. */
function obstacle(name: MetricName, real: Side, fake: Side, options: MetricChoice): string | undefined {
	const { preset } = options;
	const least = Math.min(real.count, fake.count);
	const needsFeatures = 'features of both sides, not only statistics';
	switch (name) {
		case 'fid':
			return undefined;
		case 'is': {
			const { splits } = preset.inceptionScore?.value ?? fallbackRules.is.value;
			if (!fake.logits) return 'images on the fake side';
			return fake.count < splits ? `at least ${splits} fake images, got ${fake.count}` : undefined;
		}
		case 'kid': {
			if (!real.features || !fake.features) return needsFeatures;
			const rule = preset.kernelDistance?.value ?? fallbackRules.kid.value;
			const needed = rule.form === 'subsets' && rule.smallerSets !== 'whole' ? rule.subsetSize : 2;
			return least < needed ? `at least ${needed} images on both sides, got ${least}` : undefined;
		}
		case 'prdc': {
			if (!real.features || !fake.features) return needsFeatures;
			const { neighbours } = preset.manifold?.value ?? fallbackRules.prdc.value;
			return least <= neighbours ? `more than ${neighbours} images on both sides, got ${least}` : undefined;
		}
		case 'fid-infinity':
			if (!fake.features) return 'features of the fake side, not only statistics';
			return fake.count < 20 ? `at least 20 fake images, got ${fake.count}` : undefined;
		case 'per-class-fid':
			if (!real.labels) return `class labels of the real side: ${labelForms}`;
			return fake.labels ? undefined : `class labels of the fake side: ${labelForms}`;
		case 'duplicates':
			if (!real.features || !fake.features) return needsFeatures;
			if (!options.training?.features) return 'images or features of the training set: --training SOURCE';
			return options.training.digest !== undefined && options.training.digest === real.digest
				? 'real images that are not the training set: they say how near honest images come'
				: undefined;
		case 'linear-probe':
			if (!fake.run)
				return 'a run on the fake side: it fits a classifier to the features of its discriminator';
			return options.probe
				? undefined
				: 'labelled images on the real side, and of the training set: --training';
	}
}

const labelForms = "a data set, a .npz with an array 'labels', or a run that is trained with classes";

/**
 * What will be measured, and what must be said about the choice.
 *
 * @throws UsageError for a metric that was asked for and cannot be measured
 */
export function choose(
	real: Side,
	fake: Side,
	options: MetricChoice,
): { chosen: MetricName[]; notes: string[] } {
	const { preset, metrics } = options;
	const notes: string[] = [];
	const chosen: MetricName[] = [];
	const wanted =
		metrics ?? metricNames.filter(name => !onRequest.includes(name) && ruleOf(name, preset) !== null);
	for (const name of wanted) {
		const problem = obstacle(name, real, fake, options);
		if (problem === undefined) {
			chosen.push(name);
			if (ruleOf(name, preset) === null) {
				const { text } = fallbackRules[name as keyof typeof fallbackRules];
				notes.push(`${name} is no part of ${preset.name}: measured with ${text}`);
			}
		} else if (metrics) {
			throw new UsageError(`${name}: needs ${problem}`, 'leave it out of --metrics, or give more');
		} else notes.push(`${name} was left out: it needs ${problem}`);
	}
	return { chosen, notes };
}
