import path from 'node:path';
import { groupByClass } from '../data/balanced-subset.ts';
import { type ListedLabels, listedLabels } from '../data/listed-labels.ts';
import { ActionableError, UsageError } from '../errors.ts';
import { describeInterruption } from '../interruption.ts';
import { disposeGanState } from '../train/gan-state.ts';
import { writeFileAtomically } from '../write-atomically.ts';
import { assignLabels } from './assign-labels.ts';
import { listCheckpoints, removeAllCheckpoints, removeHalfWritten } from './checkpoint/checkpoint-folder.ts';
import { keepDamagedResult, readFinished } from './finished-result.ts';
import { identifyRun } from './identify-run.ts';
import type { RunIdentity } from './identity.ts';
import { identifyThisProcess } from './lock/process-identity.ts';
import { acquireRunLock, LockedError, LostLockError } from './lock/run-lock.ts';
import { describeExecution, describeRun } from './manifest.ts';
import { manifestRunId, refuseNewerManifest, writeManifest } from './manifest-file.ts';
import { measureRun } from './measure-run.ts';
import { moduleOfMethod } from './method-of-run.ts';
import { NewerFormatError } from './newer-format-error.ts';
import { requireClusters } from './possible-options.ts';
import { prepareData } from './prepare.ts';
import { type PreparedLabels, preparationOf, prepareLabels } from './prepare-labels.ts';
import type { Profile } from './profile.ts';
import { openProgressFile } from './progress-file.ts';
import { type Result, resultSchema } from './records.ts';
import { appendEvent, fileNames, readEvents, repairEvents } from './run-folder.ts';
import type { PreparedRun, RunRequest } from './run-request.ts';
import { methodSourceFiles } from './source-digest.ts';
import { type TrainedRun, trainRun } from './train-run.ts';

/** How much of a run is spent on training as against measuring, by images that pass through a network. */
function trainingShare(settings: ReturnType<Profile['settings']>): number {
	// An update costs about ten forward passes of G; measuring one forward pass of G and of the extractor.
	const training = settings.steps * settings.batchSize * (settings.discriminatorSteps + 1) * 10;
	const measuring =
		(settings.fakeSets * settings.fakesPerSet + settings.standingBatches * settings.evaluationBatchSize) * 2;
	return training / (training + measuring);
}

async function trainAndMeasure(given: RunRequest): Promise<Result> {
	const { loaded, options, profile, folder, labelListFile } = given;
	refuseNewerManifest(folder);
	const settings = profile.settings(given.steps);
	const report = ({ text }: { text: string }): void => {
		given.signal?.throwIfAborted();
		given.onProgress({ fraction: 0, text });
	};
	const clusters = loaded.method.labelling === 'clusters';
	let listed: ListedLabels | undefined;
	const { dataSet, evaluator } = await prepareData({
		profile,
		data: given.data,
		sharedFolder: given.sharedFolder,
		inspect(data) {
			if (labelListFile !== undefined) listed = listedLabels(labelListFile, data);
			if (clusters) requireClusters(loaded.method.name, Number(options.clusters), data.train.count);
		},
		report,
	});
	const request = listed ? { ...given, labelFraction: listed.fraction } : given;
	const preparation = preparationOf(loaded.method, options, request.labelFraction, listed);
	const prepared = preparation
		? await prepareLabels({
				preparation,
				profile,
				dataSet,
				sharedFolder: request.sharedFolder,
				listed: listed?.images,
				report,
				signal: request.signal,
				checkpointEveryMs: request.checkpointEveryMs,
			})
		: undefined;
	const { runId, identity, protocol } = identifyRun({
		...request,
		labelList: listed,
		settings,
		dataSet: { name: dataSet.name, digest: dataSet.digest, testCount: dataSet.test.count },
		evaluator: evaluator.kind,
		networkFingerprint: evaluator.fingerprint,
		preparedLabels: prepared?.digest ?? null,
	});
	const finished = readFinished(folder, runId);
	if (finished && isCompleted(folder)) return finished;
	const lock = await acquireRunLock(folder);
	try {
		return await workAlone(request, {
			lock,
			settings,
			dataSet,
			evaluator,
			prepared,
			listed,
			runId,
			identity,
			protocol,
		});
	} catch (error) {
		noteFailure(request, error);
		throw new NotedError(error);
	} finally {
		lock.release();
		evaluator.dispose();
	}
}

/** Whether the events of a finished run say so; the process may have died between the result and that. */
const isCompleted = (folder: string): boolean =>
	readEvents(folder).some(({ event }) => event === 'completed');

/** What is known of a run before its folder is touched. */
interface Identified extends Pick<PreparedRun, 'lock' | 'settings' | 'dataSet' | 'evaluator' | 'protocol'> {
	readonly prepared: PreparedLabels | undefined;
	readonly listed: ListedLabels | undefined;
	readonly runId: string;
	readonly identity: RunIdentity;
}

/** The part of a run that writes into its folder, which is this process's alone. */
async function workAlone(request: RunRequest, known: Identified): Promise<Result> {
	const { loaded, labelFraction, profile, folder } = request;
	const { lock, settings, dataSet, evaluator, prepared, listed, runId, identity, protocol } = known;
	repairEvents(folder);
	removeHalfWritten(folder);
	// Another process may have finished it while this one waited for the data.
	const finished = readFinished(folder, runId);
	if (finished) {
		if (!isCompleted(folder)) appendEvent(folder, { event: 'completed', after: 'result.json was written' });
		removeAllCheckpoints(folder);
		return finished;
	}
	refuseOtherCheckpoints(folder, runId);
	keepDamagedResult(folder, text => request.onProgress({ fraction: 0, text }));

	const assigned = assignLabels(dataSet, loaded.method.labelling, labelFraction, listed?.images);
	const labels = prepared?.labels ?? assigned.labels;
	const circumstances = {
		profile: profile.name,
		methodModule: moduleOfMethod(loaded),
		methodSourceFiles: methodSourceFiles(loaded.file),
		dataSet: {
			name: dataSet.name,
			digest: dataSet.digest,
			recipe: dataSet.recipe,
			source: request.data,
			imagesPerClass: groupByClass(dataSet.train.labels, dataSet.classNames.length).map(
				group => group.length,
			),
		},
		imagesUsed: assigned.subset?.length ?? dataSet.train.count,
		labelled: assigned.labelled,
		...(listed && { labelListFile: listed.file }),
		preparedLabels: prepared?.provenance ?? null,
		protocol,
		execution: describeExecution(request.eager ?? false, settings),
	};
	writeManifest(folder, describeRun(runId, identity, circumstances));
	const { pid, host, schedulerJobId } = identifyThisProcess();
	const { takenOverFrom } = lock;
	appendEvent(folder, {
		event: 'started',
		runId,
		pid,
		host,
		schedulerJobId,
		...(takenOverFrom && { takenOverFrom }),
	});

	const startedAt = performance.now();
	const progress = openProgressFile({ folder, runId, steps: settings.steps });
	progress.update('preparing', 0);
	const run: PreparedRun = {
		request,
		runId,
		protocol,
		settings,
		dataSet,
		evaluator,
		subset: assigned.subset,
		labels,
		lock,
		progress,
		trainingShare: trainingShare(settings),
	};
	let trained: TrainedRun | undefined;
	try {
		trained = await trainRun(run);
		const trainingMs = performance.now() - startedAt;
		const { collapse } = trained;
		progress.update('scoring', collapse?.scoredStep ?? settings.steps);
		const measured = await measureRun(run, trained);
		const result = resultSchema.parse({ ...measured, collapse });
		lock.assertHeld();
		writeFileAtomically(path.join(folder, fileNames.result), `${JSON.stringify(result, undefined, '\t')}\n`);
		appendEvent(folder, {
			event: 'completed',
			trainingMs: Math.round(trainingMs),
			totalMs: Math.round(performance.now() - startedAt),
		});
		removeAllCheckpoints(folder);
		return result;
	} finally {
		if (trained) disposeGanState(trained.state);
	}
}

/** @throws UsageError if the checkpoints in the folder are of another run, which would be lost */
function refuseOtherCheckpoints(folder: string, runId: string): void {
	const other = manifestRunId(folder);
	if (other === undefined || other === runId || listCheckpoints(folder).length === 0) return;
	throw new UsageError(
		`${folder} holds the unfinished training of another run (${other}; this one is ${runId})`,
		'choose another --out folder, or remove that one; method, options, data or evaluator are not what they were',
	);
}

/** An error that the run's events already tell of. */
class NotedError extends Error {
	constructor(cause: unknown) {
		super('noted', { cause });
	}
}

function noteFailure({ folder, signal }: RunRequest, error: unknown): void {
	// Bad arguments are no failed run, and a folder of another run or process must stay as it is.
	const untouchable = [UsageError, LockedError, LostLockError, NewerFormatError];
	if (untouchable.some(kind => error instanceof kind)) return;
	const message = error instanceof ActionableError ? error.message : String((error as Error)?.stack ?? error);
	try {
		const interrupted = { event: 'interrupted', ...describeInterruption(signal?.reason) } as const;
		appendEvent(folder, signal?.aborted ? interrupted : { event: 'failed', message });
	} catch {
		// A full disk, say: the first error says more than this one would.
	}
}

/**
 * Does one run in its folder, from its beginning or its last checkpoint to its end: manifest, events, weights, sample
 * sheets, and last of all the result. A folder that already holds this run's result is left as it is.
 *
 * @throws LockedError if another process works on the run
 * @throws what went wrong, after noting it as `failed` or `interrupted` in the run's events
 */
export async function executeRun(request: RunRequest): Promise<Result> {
	try {
		return await trainAndMeasure(request);
	} catch (error) {
		if (error instanceof NotedError) throw error.cause;
		noteFailure(request, error);
		throw error;
	}
}
