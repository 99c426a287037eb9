import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ActionableError, UsageError } from '../errors.ts';
import { disposeGanState } from '../train/gan-state.ts';
import { writeFileAtomically } from '../write-atomically.ts';
import { assignLabels } from './assign-labels.ts';
import { identifyRun } from './identify-run.ts';
import { describeExecution, describeRun } from './manifest.ts';
import { measureRun } from './measure-run.ts';
import { moduleOfMethod } from './method-of-run.ts';
import { prepareData } from './prepare.ts';
import { preparationOf, prepareLabels } from './prepare-labels.ts';
import type { Profile } from './profile.ts';
import { type Result, resultSchema } from './records.ts';
import { appendEvent, fileNames } from './run-folder.ts';
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

function readFinished(folder: string, runId: string): Result | undefined {
	const file = path.join(folder, fileNames.result);
	if (!existsSync(file)) return undefined;
	const result = resultSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
	if (result.runId === runId) return result;
	throw new UsageError(
		`${folder} holds the result of another run (${result.runId}; this one is ${runId})`,
		'choose another --out folder, or remove that one',
	);
}

async function trainAndMeasure(request: RunRequest): Promise<Result> {
	const { loaded, options, labelFraction, profile, folder } = request;
	const settings = profile.settings(request.steps);
	const { dataSet, evaluator } = await prepareData({
		profile,
		data: request.data,
		sharedFolder: request.sharedFolder,
		report: ({ text }) => request.onProgress({ fraction: 0, text }),
	});
	const preparation = preparationOf(loaded.method, options, labelFraction);
	const prepared = preparation
		? await prepareLabels({
				preparation,
				profile,
				dataSet,
				sharedFolder: request.sharedFolder,
				report: ({ text }) => request.onProgress({ fraction: 0, text }),
				signal: request.signal,
			})
		: undefined;
	const { runId, identity, protocol } = identifyRun({
		...request,
		settings,
		dataSet: { name: dataSet.name, digest: dataSet.digest, testCount: dataSet.test.count },
		evaluator: evaluator.kind,
		networkFingerprint: evaluator.fingerprint,
		preparedLabels: prepared?.digest ?? null,
	});
	const finished = readFinished(folder, runId);
	if (finished) return finished;

	const assigned = assignLabels(dataSet, loaded.method.labelling, labelFraction);
	const labels = prepared?.labels ?? assigned.labels;
	const circumstances = {
		profile: profile.name,
		methodModule: moduleOfMethod(loaded),
		methodSourceFiles: methodSourceFiles(loaded.file),
		dataSet: { name: dataSet.name, digest: dataSet.digest, recipe: dataSet.recipe, source: request.data },
		imagesUsed: assigned.subset?.length ?? dataSet.train.count,
		labelled: assigned.labelled,
		preparedLabels: prepared?.provenance ?? null,
		protocol,
		execution: describeExecution(request.eager ?? false, settings),
	};
	writeFileAtomically(
		path.join(folder, fileNames.manifest),
		`${JSON.stringify(describeRun(runId, identity, circumstances), undefined, '\t')}\n`,
	);
	appendEvent(folder, { event: 'started', runId, pid: process.pid });

	const startedAt = performance.now();
	const run: PreparedRun = {
		request,
		runId,
		protocol,
		settings,
		dataSet,
		evaluator,
		subset: assigned.subset,
		labels,
		trainingShare: trainingShare(settings),
	};
	let trained: TrainedRun | undefined;
	try {
		trained = await trainRun(run);
		const trainingMs = performance.now() - startedAt;
		const result = resultSchema.parse(await measureRun(run, trained));
		writeFileAtomically(path.join(folder, fileNames.result), `${JSON.stringify(result, undefined, '\t')}\n`);
		appendEvent(folder, {
			event: 'completed',
			trainingMs: Math.round(trainingMs),
			totalMs: Math.round(performance.now() - startedAt),
		});
		return result;
	} finally {
		if (trained) disposeGanState(trained.state);
		evaluator.dispose();
	}
}

/**
 * Does one run from beginning to end in its folder: manifest, events, weights, sample sheet, and last of all the
 * result. A folder that already holds this run's result is left as it is.
 *
 * @throws what went wrong, after noting it as `failed` or `interrupted` in the run's events
 */
export async function executeRun(request: RunRequest): Promise<Result> {
	try {
		return await trainAndMeasure(request);
	} catch (error) {
		// Bad arguments are no failed run; and a folder of another run must stay as it is.
		if (error instanceof UsageError) throw error;
		const message =
			error instanceof ActionableError ? error.message : String((error as Error)?.stack ?? error);
		try {
			appendEvent(
				request.folder,
				request.signal?.aborted ? { event: 'interrupted' } : { event: 'failed', message },
			);
		} catch {
			// A full disk, say: the first error says more than this one would.
		}
		throw error;
	}
}
