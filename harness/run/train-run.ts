import path from 'node:path';
import { RunFailedError } from '../errors.ts';
import { disposeGanState, type GanState } from '../train/gan-state.ts';
import { DivergenceError, type StepProgress } from '../train/train-gan.ts';
import { listCheckpoints, removeCheckpoints } from './checkpoint/checkpoint-folder.ts';
import { actionFor, mostRollBacks } from './collapse/policy.ts';
import { largestSingularValues } from './collapse/spectrum.ts';
import { unusable } from './collapse/usable-state.ts';
import { type CollapseSign, createCollapseWatch } from './collapse/watch.ts';
import { createTrainingEvaluation } from './evaluate-training.ts';
import type { Collapse } from './records.ts';
import { appendEvent, fileNames } from './run-folder.ts';
import type { PreparedRun } from './run-request.ts';
import { createTrainingBoard, type TrainingBoard } from './tensorboard/training-board.ts';
import { createCheckpoints } from './training-checkpoints.ts';
import { createTailMean, type TrainingEnd } from './training-memory.ts';
import { openStart, type Start, startBefore, trainFrom } from './training-start.ts';

/** A run after its training. */
export interface TrainedRun extends TrainingEnd {
	/** The caller's to dispose. */
	readonly state: GanState;
}

/** The training of a run, from its last checkpoint on: losses, evaluations and signs of collapse become events. */
export async function trainRun(run: PreparedRun): Promise<TrainedRun> {
	const { folder } = run.request;
	const checkpoints = createCheckpoints(run);
	const evaluate = createTrainingEvaluation(run);
	let start = openStart(run);
	const board = createTrainingBoard(path.join(folder, fileNames.tensorBoard), run.runId, start.step);
	if (start.step > 0) appendEvent(folder, { event: 'resumed', step: start.step });
	if (start.memory.ended) {
		const state = await trainFrom(run, start, start.step, undefined);
		return { state, ...start.memory.ended };
	}
	for (;;) {
		const outcome = await trainWatched(run, { start, checkpoints, evaluate, board });
		if ('state' in outcome) return outcome;
		start = outcome.rolledBackTo;
		board.restart(start.step);
		appendEvent(folder, { event: 'resumed', step: start.step, attempt: start.memory.attempt });
	}
}

interface TrainingTools {
	readonly start: Start;
	readonly checkpoints: ReturnType<typeof createCheckpoints>;
	readonly evaluate: ReturnType<typeof createTrainingEvaluation>;
	readonly board: TrainingBoard;
}

/** Trains to the end, or until there is a collapse that ends it or throws it back. */
async function trainWatched(
	run: PreparedRun,
	tools: TrainingTools,
): Promise<TrainedRun | { rolledBackTo: Start }> {
	const { request, settings } = run;
	const { start, checkpoints, board } = tools;
	const { steps } = settings;
	const { folder } = request;
	const tail = createTailMean(steps, start.memory.tailSums);
	const watch = createCollapseWatch(steps, start.memory.watch);
	const { attempt } = start.memory;
	const logEvery = Math.max(1, Math.floor(steps / 200));
	const lookEvery = Math.max(1, Math.floor(steps / 20));
	// Written in closures, which the compiler does not follow.
	let stopped = undefined as { sign: CollapseSign; step: number } | undefined;
	let rollBack = undefined as { step: number } | undefined;
	let lastLosses: Readonly<Record<string, number>> = {};

	/** Notes a sign and says whether the training goes on. */
	const act = (step: number, sign: CollapseSign): 'stop' | 'go on' => {
		const wanted = actionFor(sign.kind, request.onCollapse);
		const action = wanted === 'roll-back' && attempt >= mostRollBacks ? 'stop' : wanted;
		appendEvent(folder, { event: 'collapse', step, ...sign, action });
		if (action === 'log') return 'go on';
		if (action === 'roll-back') rollBack = { step };
		else stopped = { sign, step };
		return 'stop';
	};
	const onStep = async ({ step, losses, readState, stall }: StepProgress): Promise<'stop' | undefined> => {
		lastLosses = losses;
		tail.add(step, losses);
		if (step % logEvery === 0 || step === steps) {
			appendEvent(folder, { event: 'metrics', step, losses });
			board.addLosses(step, losses);
		}
		if (step === steps) {
			const [waitedMs, totalMs] = [Math.round(stall.waitedMs), Math.round(stall.totalMs)];
			appendEvent(folder, { event: 'data-feed', step, waitedMs, totalMs });
		}
		const signs = watch.onStep(step, losses);
		if (step % lookEvery === 0) {
			const state = readState();
			const spectra = largestSingularValues(state);
			appendEvent(folder, { event: 'spectrum', step, ...spectra });
			board.addSpectra(step, spectra);
			if (step % (4 * lookEvery) === 0) board.addWeights(step, state);
			signs.push(...watch.onSpectrum(spectra));
		}
		// A state that cannot be measured is about to diverge, or is looked at after the last step.
		const evaluated =
			request.evaluateEvery !== undefined &&
			step % request.evaluateEvery === 0 &&
			(await unusable(readState(), settings, run.labels?.fakeProbabilities)) === undefined;
		if (evaluated) {
			const { sheet, ...scores } = await tools.evaluate(readState());
			appendEvent(folder, { event: 'evaluation', step, ...scores, protocol: run.protocol.name });
			board.addEvaluation(step, scores, sheet);
			signs.push(...watch.onEvaluation(step, scores));
		}
		run.progress.update('training', step);
		request.onProgress({
			fraction: (run.trainingShare * step) / steps,
			text: `step ${step}/${steps}`,
		});
		for (const sign of signs) if (act(step, sign) === 'stop') return 'stop';
		if (evaluated || checkpoints.isDue(step)) {
			const memory = { tailSums: tail.sums(), watch: watch.memory(), attempt, ended: null };
			checkpoints.write(step, readState(), memory);
		}
		return undefined;
	};

	const recover = async (step: number, reason: string): Promise<TrainedRun | { rolledBackTo: Start }> => {
		act(step, { kind: 'non-finite', reason });
		return rollBack
			? { rolledBackTo: rollBackFrom(run, step, tools) }
			: endAtLastUsable(run, { step, reason }, tools);
	};

	let state: GanState;
	try {
		state = await trainFrom(run, start, steps, onStep);
	} catch (error) {
		// After the first step nothing was trained yet: the method is broken, and no seed of it has a result.
		if (!(error instanceof DivergenceError) || error.step === 1) throw error;
		return recover(error.step, error.reason);
	}
	const endedAt = stopped?.step ?? rollBack?.step ?? steps;
	const problem = rollBack ? undefined : await unusable(state, settings, run.labels?.fakeProbabilities);
	if (rollBack || problem !== undefined) disposeGanState(state);
	if (rollBack) return { rolledBackTo: rollBackFrom(run, endedAt, tools) };
	if (problem !== undefined) return recover(endedAt, problem);
	if (!stopped) return { state, collapse: null, training: tail.means() };
	const collapse: Collapse = { step: endedAt, reason: stopped.sign.reason, scoredStep: endedAt };
	return keepEnd(tools, { state, collapse, training: { ...lastLosses } });
}

/** The point to which a training is rolled back: the newest one before the collapse. */
function rollBackFrom(run: PreparedRun, step: number, { start, checkpoints }: TrainingTools): Start {
	const { folder } = run.request;
	const point = startBefore(run, step - 1, checkpoints.isRollBackPoint);
	removeCheckpoints(
		folder,
		listCheckpoints(folder).filter(other => other > point.step),
	);
	return { ...point, memory: { ...point.memory, attempt: start.memory.attempt + 1 } };
}

/** Keeps how a training ended early, so that a process that is killed while it scores need not find it again. */
function keepEnd({ start, checkpoints }: TrainingTools, trained: TrainedRun): TrainedRun {
	const { state, collapse, training } = trained;
	const { watch, attempt } = start.memory;
	checkpoints.write(collapse!.scoredStep, state, {
		...{ tailSums: {}, watch, attempt },
		ended: { collapse: collapse!, training },
	});
	return trained;
}

/**
 * The last state of a diverged training that can be scored. It is not in memory any more, and keeping a copy of every
 * step would cost each of them; but every step can be drawn again, so the training is repeated from the last checkpoint
 * up to the step before. If that one is of no use (its losses were finite, its weights were not any more), then up to
 * the one before, and so on.
 */
async function endAtLastUsable(
	run: PreparedRun,
	collapse: { readonly step: number; readonly reason: string },
	tools: TrainingTools,
): Promise<TrainedRun> {
	const { settings } = run;
	const { attempt } = tools.start.memory;
	const halves: number[] = [];
	for (let step = Math.floor(collapse.step / 2); step > 1; step = Math.floor(step / 2)) halves.push(step);
	for (const target of [...new Set([collapse.step - 1, collapse.step - 2, ...halves, 1])]) {
		if (target < 1) continue;
		const point = startBefore(run, target);
		const start = { ...point, memory: { ...point.memory, attempt } };
		let training: Record<string, number> = {};
		let state: GanState;
		try {
			state = await trainFrom(run, start, target, ({ step, losses }) => {
				training = { ...losses };
				run.progress.update('training', step);
				const text = `finding the last state before the collapse: step ${step}/${target}`;
				run.request.onProgress({ fraction: (run.trainingShare * step) / settings.steps, text });
			});
		} catch (error) {
			// On a GPU whose kernels are not deterministic, the repetition may diverge at another step.
			if (error instanceof DivergenceError) continue;
			throw error;
		}
		if ((await unusable(state, settings, run.labels?.fakeProbabilities)) === undefined) {
			return keepEnd(tools, { state, collapse: { ...collapse, scoredStep: target }, training });
		}
		disposeGanState(state);
	}
	throw new RunFailedError(
		`${collapse.reason} at generator step ${collapse.step}, and no earlier state gives finite images`,
		'the method diverges from its first step on',
	);
}
