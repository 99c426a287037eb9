import { digestOf } from '../../canonical-json.ts';
import type { FeatureCache } from '../cache/feature-cache.ts';
import { metricOptions, sharedProtocols } from '../protocols/metric-options.ts';
import type { Preset } from '../protocols/preset.ts';
import { requireSameProtocol } from '../protocols/require-same.ts';
import { scoreProtocol } from '../protocols/score-protocol.ts';
import type { ScoreSource } from '../sources/source.ts';
import type { ScoreExtractor } from './extractor.ts';
import { measure, requireResamplable } from './measure.ts';
import { type MeasuredSide, measureSide } from './measure-side.ts';
import { probedSources, probeFeatures } from './probe-features.ts';
import { type MetricName, numbersOf, type ScoreResult } from './score-result.ts';
import { checkOrigins } from './side-origins.ts';
import { tf32Note, usesTf32 } from './tensor-float-32.ts';

export interface ScoreOptions {
	readonly real: ScoreSource;
	readonly fake: ScoreSource;
	readonly preset: Preset;
	/** Called only if a side has images. */
	readonly loadExtractor: () => Promise<ScoreExtractor>;
	readonly cache: FeatureCache;
	/** Default: all that the protocol defines and the sides allow. */
	readonly metrics?: readonly MetricName[];
	/** Seed of subsets, in [1, 2^31 - 1], default 1. */
	readonly seed?: number;
	/** Images that the generator was trained on, for `duplicates` and `linear-probe`. */
	readonly training?: ScoreSource;
	/** Bootstrap intervals with so many replicates; none unless given. */
	readonly bootstrapReplicates?: number;
	/** Lets numbers of different protocols stand side by side, marked. Default false. */
	readonly allowMixed?: boolean;
	/** An earlier result to compare with, and its name. */
	readonly earlier?: { readonly name: string; readonly result: ScoreResult };
	/** Images that go through the network at once, default 64. */
	readonly batchSize?: number;
	/** Told what is going on and how much of it is done. */
	readonly onProgress?: (phase: string, done: number, total: number) => void;
	readonly signal?: AbortSignal;
}

function countNotes(preset: Preset, real: MeasuredSide, fake: MeasuredSide): string[] {
	const sides = [
		['real', preset.realImages.value, real.count],
		['fake', preset.fakeImages.value, fake.count],
	] as const;
	return sides.flatMap(([name, usual, count]) =>
		usual === null || usual === count || count === 0
			? []
			: [`published ${preset.name} numbers are made of ${usual} ${name} images, these of ${count}`],
	);
}

function compare(result: ScoreResult, options: ScoreOptions): ScoreResult['comparison'] {
	const { earlier } = options;
	if (!earlier) return undefined;
	const theirs = numbersOf(earlier.result);
	const differences = Object.fromEntries(
		Object.entries(numbersOf(result)).flatMap(([name, value]) =>
			name in theirs ? [[name, value - theirs[name]]] : [],
		),
	);
	const [ours, others] = sharedProtocols(result.protocol, earlier.result.protocol);
	const mixed = ours.fingerprint !== others.fingerprint;
	return { with: earlier.name, mixed, differences };
}

/**
 * Scores fake images against real ones under a protocol: features from the cache or the network, the metrics,
 * and with them the protocol's fingerprint and everything a reader must know.
 *
 * @throws UsageError for sources or metrics that do not fit
 * @throws ProtocolMismatchError if statistics, or the earlier result, were made under another protocol
 * @throws RunFailedError for features that are not finite
 * @throws EnvironmentError if the network is not installed or the cache cannot be written
 */
export async function scoreImages(
	options: ScoreOptions,
): Promise<{ result: ScoreResult; real: MeasuredSide }> {
	const { preset, metrics, seed = 1, allowMixed = false, earlier, bootstrapReplicates, onProgress } = options;
	let extractor: ScoreExtractor | undefined;
	const loadExtractor = async (): Promise<ScoreExtractor> => {
		extractor ??= await options.loadExtractor();
		return extractor;
	};
	try {
		const sides = { real: options.real, fake: options.fake, training: options.training };
		// Before hours of extraction: what the files say about themselves.
		const given = Object.values(sides).filter(source => source !== undefined);
		if (given.some(({ kind }) => kind === 'pictures')) await loadExtractor();
		const origins = checkOrigins(sides, { preset, extractor, allowMixed });
		const { network } = origins;
		const notes = [
			...given.flatMap(source => (source.kind === 'pictures' ? (source.notes ?? []) : [])),
			...origins.notes,
		];
		const measureNamed = (name: 'real' | 'fake' | 'training'): Promise<MeasuredSide> =>
			measureSide(sides[name]!, {
				...options,
				loadExtractor,
				onProgress: (phase, done, total) => onProgress?.(`${name}: ${phase}`, done, total),
			});
		const real = await measureNamed('real');
		const fake = await measureNamed('fake');
		if (bootstrapReplicates !== undefined) requireResamplable(fake);
		const asked = (name: MetricName): boolean => metrics?.includes(name) ?? false;
		const training = sides.training && asked('duplicates') ? await measureNamed('training') : undefined;
		const probed = asked('linear-probe') ? probedSources(sides) : undefined;
		const trainingDigest =
			training?.digest ??
			(probed &&
				(await probed.training.digest((done, total) => onProgress?.('training: reading', done, total))));
		const generated = options.fake.kind === 'pictures' ? options.fake : undefined;
		const protocol = scoreProtocol(preset, {
			extractor: network,
			tf32: network.tf32,
			origins: origins.details,
			referenceDigest: real.digest,
			referenceSplit: real.split,
			realCount: real.count,
			fakeCount: fake.count,
			generatorMode: generated?.generatorMode ?? 'as given',
			seeds: { subsets: seed, ...generated?.seeds },
			metricOptions: metricOptions({
				preset,
				metrics,
				trainingDigest,
				labelsDigest: real.labels && digestOf(Array.from(real.labels.values)),
				bootstrapReplicates,
			}),
		});
		if (earlier) {
			const both = sharedProtocols(protocol, earlier.result.protocol);
			notes.push(...requireSameProtocol(...both, allowMixed));
		}
		const probe = probed && (await probeFeatures(probed, { ...options, onProgress }));
		const measured = await measure(real, fake, {
			preset,
			metrics,
			seed,
			training,
			probe,
			bootstrapReplicates,
			onProgress,
			signal: options.signal,
		});
		const describe = ({ source, kind, count, digest, split }: MeasuredSide) => ({
			source,
			kind,
			count,
			digest,
			split,
		});
		const result: ScoreResult = {
			schemaVersion: 1,
			protocol,
			network: {
				name: network.name,
				fingerprint: network.fingerprint,
				...(network.weights && { weights: network.weights }),
			},
			real: describe(real),
			fake: describe(fake),
			...(training && { training: describe(training) }),
			metrics: measured.metrics,
			...(measured.intervals && { intervals: measured.intervals }),
			notes: [
				...(extractor?.notes ?? []),
				...(extractor && usesTf32() ? [tf32Note] : []),
				...notes,
				...countNotes(preset, real, fake),
				...measured.notes,
			],
		};
		const comparison = compare(result, options);
		return { result: comparison ? { ...result, comparison } : result, real };
	} finally {
		extractor?.dispose();
	}
}
