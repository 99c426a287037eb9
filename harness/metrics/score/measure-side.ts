import { canonicalJson } from '../../canonical-json.ts';
import type { FeatureSet } from '../feature-set.ts';
import type { FeatureStatistics } from '../feature-statistics.ts';
import { preprocessingOf } from '../protocols/score-protocol.ts';
import { statisticsSteps } from '../set-statistics.ts';
import type { ScoreSource, StatisticsOrigin } from '../sources/source.ts';
import { inTurns } from '../steps.ts';
import { type ExtractOptions, extractFeatures } from './extract-features.ts';
import type { ScoreExtractor } from './extractor.ts';
import type { Side } from './side.ts';
import { usesTf32 } from './tensor-float-32.ts';

/** One side with everything a record says of it. */
export interface MeasuredSide extends Side {
	readonly source: string;
	readonly split: string;
	readonly digest: string;
	/** Undefined where features come from elsewhere. */
	readonly origin: StatisticsOrigin | undefined;
}

export interface MeasureSideOptions extends Omit<ExtractOptions, 'extractor'> {
	/** Called only for images. */
	readonly loadExtractor: () => Promise<ScoreExtractor>;
}

/** The same features, with a report of how many rows have been read. */
function reporting(set: FeatureSet, onRows: (rows: number) => void): FeatureSet {
	return {
		...set,
		*batches() {
			let rows = 0;
			for (const batch of set.batches()) {
				rows += batch.shape[0];
				yield batch;
				onRows(rows);
			}
		},
	};
}

/**
 * Brings one side to features or statistics.
 *
 * @throws as `extractFeatures`, and what loading the extractor throws
 */
export async function measureSide(source: ScoreSource, options: MeasureSideOptions): Promise<MeasuredSide> {
	const { name, kind, split } = source;
	const shared = {
		source: name,
		kind,
		split,
		...('labels' in source && source.labels && { labels: source.labels }),
		...('run' in source && source.run !== undefined && { run: source.run }),
	};
	const { onProgress, signal } = options;
	if (source.kind === 'statistics') {
		const { statistics, origin } = source;
		return {
			...shared,
			count: statistics.count,
			digest: await source.digest(),
			origin,
			statistics: () => statistics,
			features: undefined,
			logits: undefined,
		};
	}
	if (source.kind === 'features') {
		const { count, features } = source;
		let statistics: Promise<FeatureStatistics> | undefined;
		return {
			...shared,
			count,
			digest: await source.digest((done, total) => onProgress?.('reading', done, total), signal),
			origin: undefined,
			statistics() {
				const reported = reporting(features, rows => onProgress?.('statistics', rows, count));
				statistics ??= inTurns(statisticsSteps(reported), signal);
				return statistics;
			},
			features,
			logits: undefined,
		};
	}
	const extractor = await options.loadExtractor();
	const { entry, content } = await extractFeatures(source, { ...options, extractor });
	return {
		...shared,
		count: entry.count,
		digest: content,
		origin: {
			extractor: extractor.name,
			extractorFingerprint: extractor.fingerprint,
			preprocessing: canonicalJson(preprocessingOf(options.preset)),
			preset: options.preset.name,
			contentDigest: content,
			split,
			...(extractor.provenance && { weights: extractor.provenance }),
			tf32: usesTf32(),
		},
		statistics: () => entry.statistics(),
		features: entry.features,
		logits: { classes: entry.classes, rows: () => entry.logits() },
	};
}
