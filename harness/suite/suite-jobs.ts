import { readFileSync } from 'node:fs';
import path from 'node:path';
import { canonicalJson, digestOf } from '../canonical-json.ts';
import type { Job, JobObservation } from '../launch/executor.ts';
import type { CollapseAction } from '../run/collapse/policy.ts';
import { identifyRun } from '../run/identify-run.ts';
import { type LabelPreparation, preparationOf } from '../run/prepare-labels.ts';
import type { Profile } from '../run/profile.ts';
import { fileNames, percentage, readRunState, runFolderName } from '../run/run-folder.ts';
import type { Cell } from './cells.ts';
import type { writeGrid } from './grid.ts';
import { mostClusters } from './possible-cells.ts';
import { labelPreparations, networkOf } from './preparations.ts';

/** What the jobs of a suite have in common. */
export interface SuiteJobs {
	readonly profile: Profile;
	readonly steps: number;
	/** Data source, see `loadDataSet`. */
	readonly data: string;
	readonly cells: readonly Cell[];
	/** Label fractions whose classifier is a result of its own, see `Suite`; default none. */
	readonly classifiers?: readonly number[];
	/** Output folder. */
	readonly out: string;
	/** Trains operation by operation instead of compiled. Default false. */
	readonly eager?: boolean;
	/** As in `RunRequest`: what may end a training early is part of its identity. */
	readonly onCollapse?: CollapseAction;
	readonly evaluateEvery?: number;
	/** Seconds between two checkpoints of a run, and of a network that makes labels. Default: that of `train`. */
	readonly checkpointEverySeconds?: number | undefined;
	/** Further options of `train`, for example `--evaluate-every 100`. */
	readonly trainOptions?: readonly string[];
	/** Options of every job that say how TensorFlow executes, for example `--deterministic`. */
	readonly executionOptions?: readonly string[];
}

/** What `prepare --json` replies. */
export interface PreparedReply {
	readonly dataSet: { readonly name: string; readonly digest: string; readonly testCount: number };
	readonly networkFingerprint: string;
	/** Of the machine that runs the jobs, which may have a GPU where the launcher has none. */
	readonly backend?: string;
	readonly labelsDigest?: string;
}

/** For people: `BIGGAN 10 % labels, seed 1`. */
export function labelOf({ loaded, labelFraction, seed }: Cell): string {
	const labels =
		labelFraction === null || labelFraction === 1 ? '' : ` ${percentage(labelFraction)} % labels,`;
	return `${loaded.method.title}${labels} seed ${seed}`;
}

/** For people: what labels a network makes. */
function preparationLabel(preparation: LabelPreparation): string {
	if (preparation.kind === 'clusters') return `${preparation.clusters} clusters of self-supervised features`;
	const soft = preparation.kind === 'inferred-soft-labels' ? 'soft ' : '';
	return `${soft}labels inferred from ${percentage(preparation.labelFraction)} %`;
}

/** What labels a cell needs first, as a key; undefined if none. */
export function preparationKey({ loaded, options, labelFraction, labelList }: Cell): string | undefined {
	const preparation = preparationOf(loaded.method, options, labelFraction, labelList);
	return preparation ? canonicalJson(preparation) : undefined;
}

const checkpointOption = ({ checkpointEverySeconds: seconds }: SuiteJobs): string[] =>
	seconds === undefined ? [] : ['--checkpoint-every', String(seconds)];

/**
 * The steps that runs share, each once, as a graph: the data set and the network of the scores, then the labels that
 * networks make. They are repeated at each launch, since data may have changed, and find what is there by content.
 */
export function preparationJobs(suite: SuiteJobs): {
	readonly data: Job;
	/** By `preparationKey`. */
	readonly labels: ReadonlyMap<string, Job>;
} {
	const { profile, out } = suite;
	// The cells of a launch have one list, if any.
	const labelList = suite.cells.find(cell => cell.labelList)?.labelList;
	const make = (label: string, more: readonly string[], after: readonly string[]): Job => {
		const command = [
			...['prepare', '--json', '--profile', profile.name, '--evaluator', profile.evaluator],
			...['--data', suite.data, '--shared', path.join(out, 'shared'), ...more],
			...(labelList ? ['--label-list', labelList.file] : []),
			...(suite.executionOptions ?? []),
		];
		const id = `prepare-${digestOf(command).slice(0, 12)}`;
		// Not part of the identity: whoever asks for other checkpoints goes on with the same job.
		const whole = [...command, ...checkpointOption(suite)];
		const checkpoint = path.join(out, 'shared', 'pre-training');
		return { id, label, command: whole, kind: 'prepare', alone: true, after, checkpoint };
	};
	const clusters = mostClusters(suite.cells);
	const data = make('data and feature network', clusters > 0 ? ['--clusters', String(clusters)] : [], []);
	const before = new Map<string, string>();
	const labels = labelPreparations({ cells: suite.cells, classifiers: suite.classifiers ?? [] }).map(
		preparation => {
			const key = canonicalJson(preparation);
			const network = networkOf(preparation);
			const after = [data.id, before.get(network) ?? []].flat();
			const job = make(preparationLabel(preparation), ['--labelling', key], after);
			before.set(network, job.id);
			return [key, job] as const;
		},
	);
	return { data, labels: new Map(labels) };
}

export interface SuiteRun {
	readonly cell: Cell;
	/** Absolute. */
	readonly folder: string;
	readonly record: Parameters<typeof writeGrid>[2][number];
}

/** A run of the suite with its identity, which follows from what the preparations replied. */
export function identifySuiteRun(
	suite: SuiteJobs,
	cell: Cell,
	prepared: PreparedReply,
	labelsDigest: string | null,
): SuiteRun {
	const { runId } = identifyRun({
		...cell,
		settings: suite.profile.settings(suite.steps),
		dataSet: prepared.dataSet,
		evaluator: suite.profile.evaluator,
		networkFingerprint: prepared.networkFingerprint,
		preparedLabels: labelsDigest,
		backend: prepared.backend,
		onCollapse: suite.onCollapse,
		evaluateEvery: suite.evaluateEvery,
	});
	return placeRun(suite, cell, runId, prepared.dataSet.name);
}

/** Where a run with this identity lies. */
export function placeRun(suite: SuiteJobs, cell: Cell, runId: string, dataSet: string): SuiteRun {
	const place = { method: cell.loaded.method.name, labelFraction: cell.labelFraction, seed: cell.seed };
	const folder = path.join('runs', runFolderName({ ...place, runId }));
	const record = {
		...place,
		runId,
		folder,
		title: cell.loaded.method.title,
		profile: suite.profile.name,
		dataSet,
		steps: suite.steps,
		options: { ...cell.givenOptions },
	};
	return { cell, folder: path.join(suite.out, folder), record };
}

/** What a run's own files say of it. */
function observeRun(folder: string): JobObservation {
	const { state } = readRunState(folder);
	if (state !== 'running') return { state: state === 'done' ? 'done' : 'open' };
	try {
		const text = readFileSync(path.join(folder, fileNames.progress), 'utf8');
		const { step, steps, phase } = JSON.parse(text) as Record<string, unknown>;
		if (typeof step !== 'number' || typeof steps !== 'number' || steps < 1) return { state };
		const words = phase === 'training' ? `step ${step}/${steps}` : `${phase}, step ${step}/${steps}`;
		return { state, fraction: step / steps, text: words };
	} catch {
		// There is none yet.
		return { state };
	}
}

/** The job that trains and scores a run. */
export function trainingJob(suite: SuiteJobs, { cell, folder, record }: SuiteRun): Job {
	const { microBatchSize } = suite.profile.settings(suite.steps);
	const fraction = cell.labelFraction === null ? [] : ['--labels', String(cell.labelFraction)];
	const labels = cell.labelList ? ['--label-list', cell.labelList.file] : fraction;
	return {
		id: record.runId,
		label: labelOf(cell),
		kind: 'train',
		command: [
			...['train', '--method', cell.methodArgument, ...labels, '--seed', String(cell.seed)],
			...['--profile', suite.profile.name, '--evaluator', suite.profile.evaluator],
			...['--steps', String(suite.steps), '--data', suite.data],
			...Object.entries(cell.options).flatMap(([name, value]) => ['--option', `${name}=${value}`]),
			...(microBatchSize ? ['--micro-batch', String(microBatchSize)] : []),
			...(suite.eager ? ['--eager'] : []),
			...checkpointOption(suite),
			...(suite.trainOptions ?? []),
			...(suite.executionOptions ?? []),
			...['--out', folder, '--shared', path.join(suite.out, 'shared')],
		],
		observe: () => observeRun(folder),
		checkpoint: path.join(folder, fileNames.checkpoints, 'latest.json'),
		locks: folder,
	};
}
