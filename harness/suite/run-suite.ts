import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { canonicalJson } from '../canonical-json.ts';
import { ActionableError, EnvironmentError, exitCodes } from '../errors.ts';
import type { Executor, Job, JobOutcome, LaunchHooks } from '../launch/executor.ts';
import { identifyRun } from '../run/identify-run.ts';
import { type LabelPreparation, preparationOf } from '../run/prepare-labels.ts';
import type { Profile } from '../run/profile.ts';
import { percentage, readRunState, runFolderName } from '../run/run-folder.ts';
import { explainWriteError } from '../write-atomically.ts';
import type { Cell } from './cells.ts';
import { writeGrid } from './grid.ts';
import { labelPreparations } from './preparations.ts';

export interface SuiteRequest {
	readonly suite: string;
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
	readonly executor: Executor;
	readonly signal: AbortSignal;
	/** Makes the progress display for a number of jobs. */
	readonly progress: (jobs: number) => LaunchHooks & { close(): void };
	/** Told in words what happens. */
	readonly report: (line: string) => void;
}

export interface SuiteOutcome {
	/** Runs of the grid by state after the launch. */
	readonly done: number;
	readonly failed: readonly JobOutcome[];
	readonly interrupted: boolean;
}

/** For people: `BIGGAN 10 % labels, seed 1`. */
function labelOf({ loaded, labelFraction, seed }: Cell): string {
	const labels =
		labelFraction === null || labelFraction === 1 ? '' : ` ${percentage(labelFraction)} % labels,`;
	return `${loaded.method.title}${labels} seed ${seed}`;
}

interface PreparedReply {
	readonly dataSet: { name: string; digest: string; testCount: number };
	readonly networkFingerprint: string;
}

/** Runs a step that runs share, as a process of its own with all cores; undefined if it was interrupted. */
async function prepare(request: SuiteRequest, label: string, command: readonly string[]): Promise<unknown> {
	const { profile, data, out } = request;
	const shared = path.join(out, 'shared');
	const job: Job = {
		id: 'prepare',
		label,
		command: [
			...['prepare', '--json', '--profile', profile.name, '--evaluator', profile.evaluator],
			...['--data', data, '--shared', shared, ...command],
		],
		alone: true,
	};
	const progress = request.progress(1);
	const [outcome] = await request.executor([job], progress, request.signal);
	progress.close();
	if (outcome.state === 'done') return outcome.result;
	if (outcome.state !== 'failed') return undefined;
	const [message, fix] = outcome.message.replace(/^(Unexpected error|Error): /u, '').split('\nFix: ');
	throw new ActionableError(message, { exitCode: outcome.exitCode ?? exitCodes.runsFailed, fix });
}

/** For people: what labels a network makes. */
function preparationLabel(preparation: LabelPreparation): string {
	if (preparation.kind === 'clusters') return `${preparation.clusters} clusters of self-supervised features`;
	const soft = preparation.kind === 'inferred-soft-labels' ? 'soft ' : '';
	return `${soft}labels inferred from ${percentage(preparation.labelFraction)} %`;
}

/** Makes the labels that cells need, each kind once; digests by preparation, or undefined if interrupted. */
async function prepareAllLabels(request: SuiteRequest): Promise<Map<string, string> | undefined> {
	const digests = new Map<string, string>();
	const { cells, classifiers = [] } = request;
	for (const preparation of labelPreparations({ cells, classifiers })) {
		const key = canonicalJson(preparation);
		const reply = await prepare(request, preparationLabel(preparation), ['--labelling', key]);
		if (!reply) return undefined;
		digests.set(key, (reply as { labelsDigest: string }).labelsDigest);
	}
	return digests;
}

/**
 * Makes the grid true: prepares what runs share, then trains and scores every run that has no result yet. The same
 * call again goes on where the last one stopped.
 */
export async function runSuite(request: SuiteRequest): Promise<SuiteOutcome> {
	try {
		mkdirSync(request.out, { recursive: true });
	} catch (error) {
		const explained = explainWriteError(request.out, error);
		throw new EnvironmentError(explained.message, 'choose another --out folder', error);
	}
	const prepared = (await prepare(request, 'data and feature network', [])) as PreparedReply | undefined;
	const labelDigests = prepared && (await prepareAllLabels(request));
	if (!labelDigests) return { done: 0, failed: [], interrupted: true };

	const settings = request.profile.settings(request.steps);
	const runs = request.cells.map(cell => {
		const { runId } = identifyRun({
			...cell,
			settings,
			dataSet: prepared.dataSet,
			evaluator: request.profile.evaluator,
			networkFingerprint: prepared.networkFingerprint,
			preparedLabels:
				labelDigests.get(
					canonicalJson(preparationOf(cell.loaded.method, cell.options, cell.labelFraction)),
				) ?? null,
		});
		const place = { method: cell.loaded.method.name, labelFraction: cell.labelFraction, seed: cell.seed };
		const folder = path.join('runs', runFolderName({ ...place, runId }));
		const record = {
			...place,
			runId,
			folder,
			title: cell.loaded.method.title,
			profile: request.profile.name,
			dataSet: prepared.dataSet.name,
			steps: request.steps,
		};
		return { cell, folder: path.join(request.out, folder), record };
	});
	writeGrid(
		request.out,
		request.suite,
		runs.map(run => run.record),
	);

	const open = runs.filter(run => readRunState(run.folder).state !== 'done');
	request.report(`${runs.length} runs: ${runs.length - open.length} done before, ${open.length} to do`);
	const jobs = open.map(({ cell, folder, record }): Job => {
		const labels = cell.labelFraction === null ? [] : ['--labels', String(cell.labelFraction)];
		return {
			id: record.runId,
			label: labelOf(cell),
			command: [
				...['train', '--json', '--method', cell.methodArgument, ...labels, '--seed', String(cell.seed)],
				...['--profile', request.profile.name, '--evaluator', request.profile.evaluator],
				...['--steps', String(request.steps), '--data', request.data],
				...Object.entries(cell.options).flatMap(([name, value]) => ['--option', `${name}=${value}`]),
				...(settings.microBatchSize ? ['--micro-batch', String(settings.microBatchSize)] : []),
				...(request.eager ? ['--eager'] : []),
				...['--out', folder, '--shared', path.join(request.out, 'shared')],
			],
		};
	});
	const progress = request.progress(jobs.length);
	const outcomes = await request.executor(jobs, progress, request.signal);
	progress.close();
	return {
		done: runs.filter(run => readRunState(run.folder).state === 'done').length,
		failed: outcomes.filter(outcome => outcome.state === 'failed'),
		interrupted: request.signal.aborted,
	};
}
