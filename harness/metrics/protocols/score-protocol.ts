import { digestOf } from '../../canonical-json.ts';
import type { Protocol } from '../../run/records.ts';
import type { KernelDistanceRule, ManifoldRule, Preset } from './preset.ts';

/** What the numbers of one side, or of a pair of sides, were made of. */
export interface ScoreCircumstances {
	readonly extractor: {
		/** For people, for example `Inception 2015-12-05`. */
		readonly name: string;
		/** Digest of its weights and computation; null for features or statistics of unknown origin. */
		readonly fingerprint: string | null;
		/** True for networks other than Inception. */
		readonly proxy: boolean;
	};
	/** Digest of the real side's content. */
	readonly referenceDigest: string;
	/** `train`, `test`, or `as given` for images whose split is unknown. */
	readonly referenceSplit: string;
	/** Images of each side; 0 where statistics come without their count. */
	readonly realCount: number;
	readonly fakeCount: number;
	/** How fakes were drawn, for example `EMA + standing statistics`; `as given` for images made elsewhere. */
	readonly generatorMode: string;
	/** Seeds of everything random: latents, subsets. */
	readonly seeds: Readonly<Record<string, number>>;
	/** Whether products may have been rounded to TF32; undefined where nothing says so. */
	readonly tf32: boolean | undefined;
	/** How sides were made that were not made under the protocol, see `checkOrigins`. */
	readonly origins?: Protocol['details'];
	/** Options of single metrics, see `metricOptions`. */
	readonly metricOptions?: Protocol['details'];
}

type Details = Protocol['details'];

/** What decides a feature vector, besides the image and the network: part of every cache key. */
export function preprocessingOf(preset: Preset): Details {
	return {
		jpegDecoding: preset.jpegDecoding.value,
		alpha: 'dropped',
		quantisation: preset.quantisation.value,
		resize: preset.resize.value,
		clip: preset.clip.value,
		scaling: preset.scaling.value,
		featurePrecision: preset.featurePrecision.value,
	};
}

/** The rule of a kernel distance, as fingerprints have it. */
export const kernelRuleText = (rule: KernelDistanceRule): string =>
	rule.form === 'blocks'
		? `blocks of at most ${rule.largestBlock}`
		: `${rule.subsets} subsets of ${rule.subsetSize}`;

/** The rule of precision, recall, density and coverage, as fingerprints have it. */
export const manifoldRuleText = ({ neighbours, comparison }: ManifoldRule): string =>
	`${neighbours} neighbours, ${comparison}`;

/** What decides a metric, once there are features. */
export function rulesOf(preset: Preset): Details {
	const { inceptionScore, kernelDistance, manifold } = preset;
	const details: Record<string, string | number | boolean> = {
		momentPrecision: preset.momentPrecision.value,
		covarianceDivisor: preset.covarianceDivisor.value,
		traceRule: preset.traceRule.value,
	};
	if (inceptionScore) {
		details.inceptionScoreSplits = inceptionScore.value.splits;
		details.inceptionScoreBias = inceptionScore.value.bias;
	}
	if (kernelDistance) {
		details.kernelDistance = kernelRuleText(kernelDistance.value);
	}
	if (manifold) details.manifold = manifoldRuleText(manifold.value);
	return details;
}

/**
 * The protocol of a score: a name for people, and a fingerprint over everything that moves the number. Equal
 * fingerprints mean that two numbers may stand side by side; the fakes themselves are not covered.
 */
export function scoreProtocol(preset: Preset, circumstances: ScoreCircumstances): Protocol {
	const { extractor, seeds } = circumstances;
	const details: Record<string, string | number | boolean> = {
		preset: preset.name,
		...preprocessingOf(preset),
		...rulesOf(preset),
		extractor: extractor.name,
		// Covers the resolution that images are resized to.
		extractorFingerprint: extractor.fingerprint ?? 'unknown',
		tf32: circumstances.tf32 ?? 'unknown',
		referenceDigest: circumstances.referenceDigest,
		referenceSplit: circumstances.referenceSplit,
		realCount: circumstances.realCount,
		fakeCount: circumstances.fakeCount,
		generatorMode: circumstances.generatorMode,
	};
	for (const [name, seed] of Object.entries(seeds)) details[`seed ${name}`] = seed;
	Object.assign(details, circumstances.origins, circumstances.metricOptions);
	const name = extractor.proxy ? `proxy-${preset.name}` : preset.name;
	return { name, fingerprint: digestOf(details), proxy: extractor.proxy, details };
}
