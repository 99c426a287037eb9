import { RunFailedError, UsageError } from '../errors.ts';
import type { GanState } from '../train/gan-state.ts';
import { type ResumePoint, trainGan } from '../train/train-gan.ts';
import {
	listCheckpoints,
	openCheckpoint,
	openLatestCheckpoint,
	removeCheckpoints,
} from './checkpoint/checkpoint-folder.ts';
import { restoreGanState } from './checkpoint/gan-checkpoint.ts';
import { appendEvent } from './run-folder.ts';
import type { PreparedRun } from './run-request.ts';
import { freshMemory, type TrainingMemory, trainingMemorySchema } from './training-memory.ts';

/** Where a training begins or goes on. */
export interface Start {
	/** Generator steps done. */
	readonly step: number;
	readonly memory: TrainingMemory;
	readonly resume: ResumePoint | undefined;
}

const freshStart: Start = { step: 0, memory: freshMemory, resume: undefined };

function startAt(
	{ runId, request: { folder } }: PreparedRun,
	found: ReturnType<typeof openCheckpoint>,
): Start {
	const { state, tensorFile } = found;
	if (state.runId !== runId) {
		throw new UsageError(
			`${folder} holds the checkpoints of another run (${state.runId}; this one is ${runId})`,
			'choose another --out folder, or remove that one',
		);
	}
	const memory = trainingMemorySchema.parse(state.memory);
	const restore = (networks: GanState): void => restoreGanState(networks, tensorFile, memory.updates);
	return { step: state.step, memory, resume: { step: state.step, restore } };
}

/** Where the last process left off; the beginning if there is no whole checkpoint. */
export function openStart(run: PreparedRun): Start {
	const { folder } = run.request;
	const damaged: number[] = [];
	const found = openLatestCheckpoint(folder, (step, problem) => {
		damaged.push(step);
		appendEvent(folder, { event: 'checkpoint', step, damaged: problem });
	});
	const start = found ? startAt(run, found) : freshStart;
	removeCheckpoints(folder, damaged);
	return start;
}

/** The newest checkpoint at or before a step, the beginning if there is none. */
export function startBefore(
	run: PreparedRun,
	step: number,
	only: (step: number) => boolean = () => true,
): Start {
	const { folder } = run.request;
	for (const other of listCheckpoints(folder)) {
		if (other > step || !only(other)) continue;
		try {
			return startAt(run, openCheckpoint(folder, other));
		} catch (error) {
			if (!(error instanceof RunFailedError)) throw error;
			appendEvent(folder, { event: 'checkpoint', step: other, damaged: error.message });
		}
	}
	return freshStart;
}

/** Trains from a start on, up to a step; `onStep` as in `trainGan`. */
export function trainFrom(
	run: PreparedRun,
	start: Start,
	lastStep: number,
	onStep: Parameters<typeof trainGan>[0]['onStep'],
): Promise<GanState> {
	const { request } = run;
	return trainGan({
		method: request.loaded.method,
		options: request.options,
		settings: run.settings,
		dataSet: run.dataSet,
		subset: run.subset,
		labels: run.labels,
		seed: request.seed,
		eager: request.eager,
		signal: request.signal,
		attempt: start.memory.attempt,
		resume: start.resume,
		lastStep,
		onStep,
	});
}
