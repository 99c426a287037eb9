import type { DataSet } from '../../data/data-set.ts';
import { UsageError } from '../../errors.ts';
import type { Protocol } from '../../run/records.ts';
import type { StoredRun } from '../../samples/stored-run.ts';
import { summarise } from '../../statistics/summarise.ts';
import type { FeatureCache } from '../cache/feature-cache.ts';
import { digestOfFile } from '../cache/feature-entry.ts';
import { cachedFeatures } from '../evaluators/batch-features.ts';
import { evaluationProtocol } from '../evaluators/evaluation-protocol.ts';
import type { Evaluator, ReferenceFeatures } from '../evaluators/evaluator.ts';
import { metricOptions } from '../protocols/metric-options.ts';
import type { PresetName } from '../protocols/preset.ts';
import { measure, requireResamplable } from '../score/measure.ts';
import { probeFeatures } from '../score/probe-features.ts';
import { type MetricName, numbersOf } from '../score/score-result.ts';
import type { Side } from '../score/side.ts';
import { labelsOfFakes } from '../sources/run-labels.ts';
import { splitPictures } from '../sources/split-pictures.ts';
import type { Evaluation } from './evaluation-record.ts';
import { openRunFakes } from './run-fakes.ts';

export interface EvaluationRequest {
	readonly run: StoredRun;
	readonly runId: string;
	readonly evaluator: Evaluator;
	/** Protocol of Inception's scores; not used by a proxy. */
	readonly preset: PresetName;
	/** The data set that the run was trained on. */
	readonly dataSet: DataSet;
	readonly cache: FeatureCache;
	/** Default `fid` and `is`, as the run itself was measured. */
	readonly metrics?: readonly MetricName[];
	/** Fake sets, each scored apart; default as many as the run itself had. */
	readonly fakeSets?: number;
	/** Bootstrap intervals with so many replicates; none unless given. */
	readonly bootstrapReplicates?: number;
	/** Seed of subsets and of bootstrap weights, in [1, 2^31 - 1], default 1. */
	readonly seed?: number;
	/** Told what is going on and how much of it is done. */
	readonly onProgress?: (phase: string, done: number, total: number) => void;
	readonly signal?: AbortSignal;
}

/** One split of the data set as a side of a score. */
function sideOf(
	reference: ReferenceFeatures,
	split: 'train' | 'test',
	{ dataSet, evaluator }: EvaluationRequest,
): Side {
	const { classNames } = dataSet;
	return {
		kind: 'pictures',
		count: reference.count,
		statistics: () => reference.statistics(),
		features: reference.features,
		logits: { classes: evaluator.classes, rows: () => reference.logits() },
		labels: { values: dataSet[split].labels, classes: classNames.length, names: classNames },
		digest: `${dataSet.digest} ${split}`,
	};
}

/** The protocol of an evaluation: that of the run itself where everything is the same. */
function protocolOf(request: EvaluationRequest, fakeSets: number): Protocol {
	const { run, evaluator, preset, dataSet } = request;
	const { fakesPerSet, standingBatches, evaluationBatchSize } = run.settings;
	return evaluationProtocol({
		evaluator: { kind: evaluator.kind, fingerprint: evaluator.fingerprint, preset },
		dataSet: {
			name: dataSet.name,
			digest: dataSet.digest,
			referenceCount: dataSet[evaluator.referenceSplit].count,
		},
		fakeSets,
		fakesPerSet,
		standingImages: standingBatches * evaluationBatchSize,
	});
}

/** Number by number over the sets; a number that some set lacks is left out. */
function scoresOf(sets: Evaluation['sets']): Evaluation['scores'] {
	const numbers = sets.map(numbersOf);
	return Object.fromEntries(
		Object.keys(numbers[0]).map(name => {
			const values = numbers.flatMap(set => (set[name] === undefined ? [] : [set[name]]));
			const { mean, populationStd } = summarise(values);
			return [name, { mean, std: populationStd, values }];
		}),
	);
}

/** Metrics that say the same of every set: measured with the first one. */
const onceARun: readonly MetricName[] = ['linear-probe'];

/**
 * Measures a run again, under any protocol. The fakes are those of its own measuring; under the run's own protocol
 * FID and Inception Score are the run's to the last bit.
 *
 * @throws UsageError for another data set than the run's, or a metric that cannot be measured
 * @throws RunFailedError for features that are not finite
 * @throws EnvironmentError if the cache cannot be written
 */
export async function evaluateRun(request: EvaluationRequest): Promise<Evaluation> {
	const { run, evaluator, dataSet, cache, metrics = ['fid', 'is'], seed = 1, onProgress, signal } = request;
	const { settings } = run;
	const { fakeSets = settings.fakeSets, bootstrapReplicates } = request;
	if (run.dataSet && run.dataSet.digest !== dataSet.digest) {
		throw new UsageError(
			`${run.folder} was trained on ${run.dataSet.name} (${run.dataSet.digest.slice(0, 12)}), these images are ${dataSet.name} (${dataSet.digest.slice(0, 12)})`,
			'give the data set of the run with --data',
		);
	}
	if (bootstrapReplicates !== undefined) requireResamplable({ count: settings.fakesPerSet });
	const referenceOf = async (split: 'train' | 'test'): Promise<Side> => {
		const reference = await evaluator.reference(dataSet[split], dataSet.resolution, {
			cache,
			onProgress: (phase, done, total) => onProgress?.(`${split} images: ${phase}`, done, total),
			signal,
		});
		return sideOf(reference, split, request);
	};
	const real = await referenceOf(evaluator.referenceSplit);
	const training = metrics.includes('duplicates') ? await referenceOf('train') : undefined;
	const pictures = (split: 'train' | 'test') =>
		splitPictures(dataSet[split], { ...dataSet, name: split, split });
	const probe = metrics.includes('linear-probe')
		? await probeFeatures(
				{ run, training: pictures('train'), heldOut: pictures('test') },
				{ cache, onProgress, signal },
			)
		: undefined;
	const weightsFileDigest = digestOfFile(run.weightsFile);
	const fakes = openRunFakes(run, settings, weightsFileDigest);
	const sets: Evaluation['sets'] = [];
	const notes: string[] = [...evaluator.notes];
	try {
		for (let set = 0; set < fakeSets; set++) {
			const phase = (name: string) => `fake set ${set + 1} of ${fakeSets}: ${name}`;
			const images = {
				count: settings.fakesPerSet,
				batches: () => fakes.batches(set),
				prepare: fakes.prepare,
			};
			const found = await cachedFeatures(evaluator, images, {
				content: fakes.contentOf(set),
				cache,
				onProgress: (name, done, total) => onProgress?.(phase(name), done, total),
				signal,
			});
			const labels = labelsOfFakes(run, set);
			const fake: Side = {
				kind: 'pictures',
				count: found.count,
				statistics: () => found.statistics(),
				features: found.features,
				logits: { classes: evaluator.classes, rows: () => found.logits() },
				...(labels && { labels }),
				run: run.folder,
			};
			const measured = await measure(real, fake, {
				preset: evaluator.rules,
				metrics: metrics.filter(name => set === 0 || !onceARun.includes(name)),
				seed,
				training,
				probe,
				bootstrapReplicates,
				onProgress: (name, done, total) => onProgress?.(phase(name), done, total),
				signal,
			});
			sets.push({
				metrics: measured.metrics,
				...(measured.intervals && { intervals: measured.intervals }),
			});
			notes.push(...measured.notes);
		}
	} finally {
		fakes.dispose();
	}
	return {
		schemaVersion: 1,
		runId: request.runId,
		step: run.step,
		weightsFileDigest,
		protocol: protocolOf(request, fakeSets),
		...(evaluator.provenance && { weights: evaluator.provenance }),
		metricOptions: metricOptions({
			preset: evaluator.rules,
			metrics,
			trainingDigest: `${dataSet.digest} train`,
			labelsDigest: dataSet.digest,
			bootstrapReplicates,
		}),
		scores: scoresOf(sets),
		sets,
		notes: [...new Set(notes)],
	};
}
