import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { OptionValues } from '../../methods/method.ts';
import { countParameters } from '../../methods/networks/parameters.ts';
import type { LoadedMethod } from '../../methods/registry.ts';
import { writeSampleSheet } from '../data/sample-sheet.ts';
import { ActionableError, UsageError } from '../errors.ts';
import { referenceStatistics, scoreSamples } from '../metrics/score.ts';
import { disposeGanState, type GanState } from '../train/gan-state.ts';
import { createGeneratorSampler } from '../train/generator-sampler.ts';
import { trainGan } from '../train/train-gan.ts';
import { writeFileAtomically } from '../write-atomically.ts';
import { assignLabels } from './assign-labels.ts';
import { identifyRun } from './identify-run.ts';
import { describeExecution, describeRun } from './manifest.ts';
import { prepareData } from './prepare.ts';
import { preparationOf, prepareLabels } from './prepare-labels.ts';
import type { Profile } from './profile.ts';
import { type Result, resultSchema } from './records.ts';
import { appendEvent, fileNames } from './run-folder.ts';
import { saveWeights, weightsDigest } from './weights.ts';

export interface RunRequest {
	readonly loaded: LoadedMethod;
	/** The method's own options, complete. */
	readonly options: OptionValues;
	/** Null for methods that read no labels. */
	readonly labelFraction: number | null;
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
	readonly signal?: AbortSignal;
	/** Told of every phase and step; `fraction` is the part of the whole run that is done. */
	readonly onProgress: (progress: { fraction: number; text: string }) => void;
}

/** How much of a run is spent on training as against measuring, by images that pass through a network. */
function trainingShare(settings: ReturnType<Profile['settings']>): number {
	// An update costs about ten forward passes of G; measuring one forward pass of G and of the extractor.
	const training = settings.steps * settings.batchSize * (settings.discriminatorSteps + 1) * 10;
	const measuring =
		(settings.fakeSets * settings.fakesPerSet + settings.standingBatches * settings.evaluationBatchSize) * 2;
	return training / (training + measuring);
}

/** Collects the mean of each quantity over the last tenth of the steps. */
function createTailMean(steps: number) {
	const first = steps - Math.max(1, Math.floor(steps / 10)) + 1;
	const sums: Record<string, number> = {};
	return {
		add(step: number, losses: Readonly<Record<string, number>>) {
			if (step < first) return;
			for (const [name, value] of Object.entries(losses)) sums[name] = (sums[name] ?? 0) + value;
		},
		means: () =>
			Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / (steps - first + 1)])),
	};
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
	const { loaded, options, labelFraction, seed, profile, folder } = request;
	const settings = profile.settings(request.steps);
	const share = trainingShare(settings);
	const { dataSet, network } = await prepareData({
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
		networkFingerprint: network.fingerprint,
		preparedLabels: prepared?.digest ?? null,
	});
	const finished = readFinished(folder, runId);
	if (finished) return finished;

	const assigned = assignLabels(dataSet, loaded.method.labelling, labelFraction);
	const labels = prepared?.labels ?? assigned.labels;
	const circumstances = {
		profile: profile.name,
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

	const tail = createTailMean(settings.steps);
	const logEvery = Math.max(1, Math.floor(settings.steps / 200));
	let state: GanState | undefined;
	const startedAt = performance.now();
	try {
		state = await trainGan({
			method: loaded.method,
			options,
			settings,
			dataSet,
			subset: assigned.subset,
			labels,
			seed,
			eager: request.eager,
			signal: request.signal,
			onStep({ step, losses }) {
				tail.add(step, losses);
				if (step % logEvery === 0 || step === settings.steps)
					appendEvent(folder, { event: 'metrics', step, losses });
				const text = `step ${step}/${settings.steps}`;
				request.onProgress({ fraction: (share * step) / settings.steps, text });
			},
		});
		const trainingMs = performance.now() - startedAt;

		const { eager } = request;
		const sampler = createGeneratorSampler(state, settings, seed, labels?.fakeProbabilities, eager);
		const samples = sampler.classGrid(dataSet.classNames.length, 10);
		writeSampleSheet(path.join(folder, fileNames.samples), {
			pixels: samples.dataSync<'float32'>(),
			count: samples.shape[0],
			resolution: dataSet.resolution,
			columns: 10,
		});
		samples.dispose();
		const reference = referenceStatistics(network, dataSet.test, dataSet.resolution);
		const scores = scoreSamples({
			network,
			reference,
			fakeSets: settings.fakeSets,
			batches: set => {
				request.signal?.throwIfAborted();
				const text = `scoring fake set ${set + 1}/${settings.fakeSets}`;
				request.onProgress({ fraction: share + ((1 - share) * set) / settings.fakeSets, text });
				return sampler.fakeSet(set);
			},
		});
		sampler.dispose();
		saveWeights(path.join(folder, fileNames.weights), state);

		const result: Result = {
			schemaVersion: 1,
			runId,
			method: loaded.method.name,
			title: loaded.method.title,
			labelFraction,
			seed,
			profile: profile.name,
			dataSet: { name: dataSet.name, digest: dataSet.digest },
			steps: settings.steps,
			protocol,
			scores,
			parameters: {
				generator: countParameters(state.generator.description),
				discriminator: countParameters(state.discriminator.description),
			},
			training: tail.means(),
			weightsDigest: weightsDigest(state),
		};
		resultSchema.parse(result);
		writeFileAtomically(path.join(folder, fileNames.result), `${JSON.stringify(result, undefined, '\t')}\n`);
		appendEvent(folder, {
			event: 'completed',
			trainingMs: Math.round(trainingMs),
			totalMs: Math.round(performance.now() - startedAt),
		});
		return result;
	} finally {
		if (state) disposeGanState(state);
		network.dispose();
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
