import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FeatureExtractor } from '../../methods/pretraining/feature-extractor.ts';
import { type PretrainingOptions, pretrainingId } from '../../methods/pretraining/options.ts';
import {
	type PretrainingProgress,
	type PretrainingStart,
	pretrain,
} from '../../methods/pretraining/pretrain.ts';
import { loadFeatureExtractor } from '../../methods/pretraining/storage.ts';
import { digestOf } from '../canonical-json.ts';
import type { DataSet } from '../data/data-set.ts';
import { ActionableError } from '../errors.ts';
import { describeInterruption } from '../interruption.ts';
import { listIfThere } from '../read-if-there.ts';
import {
	openLatestCheckpoint,
	removeAllCheckpoints,
	removeCheckpoints,
	removeHalfWritten,
} from './checkpoint/checkpoint-folder.ts';
import { assignTensors, firstNonFinite, sourcesOf } from './checkpoint/named-tensors.ts';
import {
	memoryOf,
	namedPretrainingState,
	pretrainingMemorySchema,
} from './checkpoint/pretraining-checkpoint.ts';
import { writeCheckpointAsOwner } from './checkpoint/write-as-owner.ts';
import { readLock } from './lock/lock-file.ts';
import { identifyThisProcess } from './lock/process-identity.ts';
import { acquireRunLock, isLockAlive, LockedError, LostLockError, type RunLock } from './lock/run-lock.ts';
import { backendName, describeSharedTraining } from './manifest.ts';
import { appendEvent, repairEvents } from './run-folder.ts';
import { pretrainingSourceDigest } from './source-digest.ts';

export interface ExtractorRequest {
	readonly dataSet: DataSet;
	readonly options: PretrainingOptions;
	/** Where the network is kept; one that is there already is taken. */
	readonly folder: string;
	/**
	 * Where it is trained: a folder in it has lock, events and checkpoints, named by all that decides the network, so that
	 * neither another recipe nor other data or code goes on from them. Afterwards the events stay, as a record.
	 */
	readonly trainings: string;
	/** Training images of the list that the options name, ascending. */
	readonly listed?: Uint32Array;
	readonly report: (progress: Pick<PretrainingProgress, 'fraction' | 'text'>) => void;
	readonly signal?: AbortSignal;
	/** Time between two checkpoints, in ms; default 600,000. There is one on interruption in any case. */
	readonly checkpointEveryMs?: number;
}

// Between two looks at what another process trains.
const lookEveryMs = 2000;

/**
 * The network of these options, from its folder or trained into it. A training that was stopped or killed goes on from
 * its last checkpoint and ends with the same bytes as an unbroken one. If another process trains the same network, this
 * one waits for it, and goes on in its place should it die.
 *
 * @throws as `pretrain` and `loadFeatureExtractor`, and the signal's reason
 */
export async function obtainExtractor(request: ExtractorRequest): Promise<FeatureExtractor> {
	const { dataSet, options, folder, trainings } = request;
	const recipe = pretrainingId(dataSet.digest, options);
	const runId = digestOf([recipe, pretrainingSourceDigest(), backendName()]).slice(0, 12);
	const work = path.join(trainings, `${recipe}-${runId}`);
	const lock = await lockUnlessMade(request, work);
	try {
		if (lock && !existsSync(folder)) await trainAlone(request, { work, runId, lock });
		removeLeftCheckpoints(trainings, recipe, lock && work);
	} finally {
		lock?.release();
	}
	return loadFeatureExtractor(folder);
}

/** Waits until the work folder is this process's, or the network is there: undefined then. */
async function lockUnlessMade(
	{ folder, report, signal }: ExtractorRequest,
	work: string,
): Promise<RunLock | undefined> {
	for (let looks = 0; !existsSync(folder); looks++) {
		try {
			return await acquireRunLock(work);
		} catch (error) {
			if (!(error instanceof LockedError)) throw error;
		}
		const owner = readLock(work)?.lock?.owner;
		const who = owner ? `process ${owner.pid} on ${owner.host}` : 'another process';
		if (looks % 30 === 0) report({ fraction: 0, text: `${who} trains this network, waiting for it` });
		signal?.throwIfAborted();
		await sleep(lookEveryMs);
		signal?.throwIfAborted();
	}
	return undefined;
}

interface Work {
	readonly work: string;
	readonly runId: string;
	readonly lock: RunLock;
}

async function trainAlone(request: ExtractorRequest, { work, runId, lock }: Work): Promise<void> {
	const { dataSet, options, folder, listed, report, signal, checkpointEveryMs = 600_000 } = request;
	repairEvents(work);
	removeHalfWritten(work);
	const { pid, host, schedulerJobId } = identifyThisProcess();
	const { takenOverFrom } = lock;
	appendEvent(work, {
		...{ event: 'started', runId, pid, host, schedulerJobId, ...(takenOverFrom && { takenOverFrom }) },
		...describeSharedTraining(),
	});
	const startedAt = performance.now();
	let writtenAt = startedAt;
	try {
		const resume = openStart(work, runId);
		if (resume) {
			appendEvent(work, { event: 'resumed', step: resume.update });
			report({ fraction: 0, text: `going on after update ${resume.update}` });
		}
		const trained = await pretrain(dataSet, options, {
			listed,
			signal,
			resume,
			onUpdate(moment) {
				if (!signal?.aborted && performance.now() - writtenAt < checkpointEveryMs) return;
				const state = [...namedPretrainingState(moment.readState())];
				// Nothing goes on from a state that is about to end the training.
				if (firstNonFinite(state) !== undefined) return;
				const content = { runId, step: moment.update, memory: memoryOf(moment) };
				writeCheckpointAsOwner(work, lock, { ...content, tensors: sourcesOf(state) });
				writtenAt = performance.now();
			},
			onProgress(progress) {
				const { update: step, fraction, losses, stall } = progress;
				appendEvent(work, { event: 'metrics', step, losses });
				if (fraction === 1) {
					const [waitedMs, totalMs] = [Math.round(stall.waitedMs), Math.round(stall.totalMs)];
					appendEvent(work, { event: 'data-feed', step, waitedMs, totalMs });
				}
				report(progress);
			},
		});
		try {
			lock.assertHeld();
			// The first writer wins, should another version train the same network.
			trained.save(folder);
		} finally {
			trained.dispose();
		}
		appendEvent(work, { event: 'completed', totalMs: Math.round(performance.now() - startedAt) });
	} catch (error) {
		noteFailure(work, error, signal);
		throw error;
	}
}

function noteFailure(work: string, error: unknown, signal: AbortSignal | undefined): void {
	// The folder is another process's then.
	if (error instanceof LostLockError) return;
	const message = error instanceof ActionableError ? error.message : String(error);
	try {
		const interrupted = { event: 'interrupted', ...describeInterruption(signal?.reason) } as const;
		appendEvent(work, signal?.aborted ? interrupted : { event: 'failed', message });
	} catch {
		// A full disk, say: the first error says more than this one would.
	}
}

/** Where the last process left off; undefined for the beginning. */
function openStart(work: string, runId: string): PretrainingStart | undefined {
	const damaged: number[] = [];
	const pass = (step: number, problem: string): void => {
		damaged.push(step);
		appendEvent(work, { event: 'checkpoint', step, damaged: problem });
	};
	const found = openLatestCheckpoint(work, pass);
	removeCheckpoints(work, damaged);
	if (!found) return undefined;
	const { state, tensorFile } = found;
	const memory = pretrainingMemorySchema.safeParse(state.memory);
	if (state.runId !== runId || !memory.success) {
		appendEvent(work, { event: 'checkpoint', step: state.step, damaged: 'it is of another training' });
		return undefined;
	}
	return {
		update: state.step,
		means: memory.data.means,
		restore: networks => assignTensors(namedPretrainingState(networks), tensorFile),
	};
}

/** Removes the checkpoints of a network that is there, also those of earlier versions, but not of living processes. */
function removeLeftCheckpoints(trainings: string, recipe: string, own: string | undefined): void {
	for (const name of listIfThere(trainings)) {
		const work = path.join(trainings, name);
		if (name.startsWith(`${recipe}-`) && (work === own || !isLockAlive(work))) removeAllCheckpoints(work);
	}
}
