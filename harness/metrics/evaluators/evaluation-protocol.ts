import { digestOf } from '../../canonical-json.ts';
import type { Protocol } from '../../run/records.ts';
import { proxyProtocol } from '../protocol.ts';
import type { Preset, PresetName } from '../protocols/preset.ts';
import { defaultPreset, presets } from '../protocols/presets.ts';
import { preprocessingOf, rulesOf } from '../protocols/score-protocol.ts';
import { usesTf32 } from '../score/tensor-float-32.ts';
import type { EvaluatorKind } from './evaluator.ts';

export interface EvaluationProtocolOptions {
	readonly evaluator: {
		readonly kind: EvaluatorKind;
		/** `fingerprint` of the evaluator, which is that of its network. */
		readonly fingerprint: string;
		/** Protocol of Inception's scores, default `tfgan-s3gan`. */
		readonly preset?: PresetName;
	};
	readonly dataSet: {
		/** For people, part of a proxy protocol's name. */
		readonly name: string;
		readonly digest: string;
		/** Number of images of the real side. */
		readonly referenceCount: number;
	};
	/** Fake sets, each scored apart. */
	readonly fakeSets: number;
	/** Images in a fake set. */
	readonly fakesPerSet: number;
	/** Images that batch norm's standing statistics are gathered over. */
	readonly standingImages: number;
}

function inceptionDetails(preset: Preset, options: EvaluationProtocolOptions): Protocol['details'] {
	const { dataSet, fakeSets, fakesPerSet, standingImages, evaluator } = options;
	return {
		preset: preset.name,
		...preprocessingOf(preset),
		...rulesOf(preset),
		...(preset.inceptionScore ? {} : { inceptionScoreSplits: 10, inceptionScoreBias: false }),
		extractor: 'Inception 2015-12-05',
		extractorFingerprint: evaluator.fingerprint,
		dataSetDigest: dataSet.digest,
		referenceSplit: preset.referenceSplit.value,
		referenceImages: dataSet.referenceCount,
		fakeSets,
		fakesPerSet,
		generatorMode: 'EMA + standing statistics',
		standingImages,
		...(usesTf32() ? { tf32: true } : {}),
	};
}

/**
 * The protocol that the scores of a run carry. Its fingerprint covers all that moves the numbers: the network, what
 * is done to images before it, the data set, the counts, how the generator is run. What the fakes are is not in it.
 */
export function evaluationProtocol(options: EvaluationProtocolOptions): Protocol {
	const { evaluator, dataSet, fakeSets, fakesPerSet, standingImages } = options;
	if (evaluator.kind === 'proxy') {
		return proxyProtocol({
			dataSet: { name: dataSet.name, digest: dataSet.digest, testCount: dataSet.referenceCount },
			networkFingerprint: evaluator.fingerprint,
			fakeSets,
			fakesPerSet,
			standingImages,
		});
	}
	const preset = presets[evaluator.preset ?? defaultPreset];
	const details = inceptionDetails(preset, options);
	return { name: preset.name, fingerprint: digestOf(details), proxy: false, details };
}
