import type { OptionValues } from '../../methods/method.ts';
import { digestOf } from '../canonical-json.ts';
import type { TrainingSettings } from '../train/settings.ts';
import type { CollapseAction } from './collapse/policy.ts';

/** What decides the numbers of a run. Host, time and paths are not among it. */
export interface RunIdentity {
	readonly formatVersion: 1;
	readonly method: string;
	/** See `methodSourceDigest`. */
	readonly methodSource: string;
	readonly options: OptionValues;
	readonly settings: TrainingSettings;
	/** Null for methods that read no labels. */
	readonly labelFraction: number | null;
	/** Digest of the listed images whose labels may be used; absent if they are a random part of every class. */
	readonly labelList?: string;
	readonly seed: number;
	/** Digest of the data set. */
	readonly dataSet: string;
	/** Digest of labels that were made for the run (inferred ones, clusters); null for those of the data set. */
	readonly preparedLabels: string | null;
	/** Fingerprint of the measuring protocol. */
	readonly protocol: string;
	/**
	 * What ends or throws back a training, if it is not left to what is not finite: evaluations then decide with it.
	 * Absent by default, when they change nothing.
	 */
	readonly collapse?: {
		readonly action: CollapseAction;
		readonly evaluateEvery: number | null;
		/** See `collapseRulesDigest`. */
		readonly rules: string;
	};
	/** Numeric back end, for example `tensorflow 2.21.0 cpu`. */
	readonly backend: string;
}

/** First 12 hex digits of the SHA-256 of the identity. */
export function runIdOf(identity: RunIdentity): string {
	return digestOf(identity).slice(0, 12);
}
