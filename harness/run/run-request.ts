import type { OptionValues } from '../../methods/method.ts';
import type { LoadedMethod } from '../../methods/registry.ts';
import type { DataSet } from '../data/data-set.ts';
import type { Evaluator } from '../metrics/evaluators/evaluator.ts';
import type { TrainingSettings } from '../train/settings.ts';
import type { TrainingLabels } from '../train/training-labels.ts';
import type { CollapseAction } from './collapse/policy.ts';
import type { RunLock } from './lock/run-lock.ts';
import type { Profile } from './profile.ts';
import type { ProgressFile } from './progress-file.ts';
import type { Protocol } from './records.ts';

export interface RunRequest {
	readonly loaded: LoadedMethod;
	/** The method's own options, complete. */
	readonly options: OptionValues;
	/** Null for methods that read no labels. */
	readonly labelFraction: number | null;
	/**
	 * File that lists the training images whose labels may be used, see `readLabelList`: the fraction follows from it.
	 * Default: a random part of every class.
	 */
	readonly labelListFile?: string;
	readonly seed: number;
	readonly profile: Profile;
	/** Generator steps. */
	readonly steps: number;
	/** Data source, see `loadDataSet`. */
	readonly data: string;
	/** The run's own folder. */
	readonly folder: string;
	/** Trains operation by operation instead of compiled. Default false. */
	readonly eager?: boolean;
	/** Folder of what runs share, such as the feature network. */
	readonly sharedFolder: string;
	/**
	 * Time between checkpoints, default 600,000 ms; 0 writes one after every step. There is one at the end of the
	 * training and when the run is interrupted as well.
	 */
	readonly checkpointEveryMs?: number;
	/** Generator steps between evaluations during training; default: none. They do not change the training. */
	readonly evaluateEvery?: number;
	/** What is done about signs of collapse, see `actionFor`; default: stop at what is not finite, log the rest. */
	readonly onCollapse?: CollapseAction;
	readonly signal?: AbortSignal;
	/** Told of every phase and step; `fraction` is the part of the whole run that is done. */
	readonly onProgress: (progress: { fraction: number; text: string }) => void;
}

/** A run that is prepared: what its phases, training and measuring, have in common. */
export interface PreparedRun {
	readonly request: RunRequest;
	readonly runId: string;
	readonly protocol: Protocol;
	readonly settings: TrainingSettings;
	readonly dataSet: DataSet;
	/** What scores the run. */
	readonly evaluator: Evaluator;
	/** Training images that may be used; all if undefined. */
	readonly subset: Uint32Array | undefined;
	/** Labels that the GAN is trained with; those of the data set if undefined. */
	readonly labels: TrainingLabels | undefined;
	/** Held by this process. */
	readonly lock: RunLock;
	readonly progress: ProgressFile;
	/** Part of the whole run that the training is, in (0, 1), for progress. */
	readonly trainingShare: number;
}
