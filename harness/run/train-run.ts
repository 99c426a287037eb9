import type { GanState } from '../train/gan-state.ts';
import { trainGan } from '../train/train-gan.ts';
import { appendEvent } from './run-folder.ts';
import type { PreparedRun } from './run-request.ts';

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

/** A run after its training. */
export interface TrainedRun {
	/** The caller's to dispose. */
	readonly state: GanState;
	/** Mean of each logged quantity over the last steps, by name. */
	readonly training: Readonly<Record<string, number>>;
}

/** The training of a run: all its steps, with their losses as events. */
export async function trainRun(run: PreparedRun): Promise<TrainedRun> {
	const { request, settings } = run;
	const { folder } = request;
	const tail = createTailMean(settings.steps);
	const logEvery = Math.max(1, Math.floor(settings.steps / 200));
	const state = await trainGan({
		method: request.loaded.method,
		options: request.options,
		settings,
		dataSet: run.dataSet,
		subset: run.subset,
		labels: run.labels,
		seed: request.seed,
		eager: request.eager,
		signal: request.signal,
		onStep({ step, losses }) {
			tail.add(step, losses);
			if (step % logEvery === 0 || step === settings.steps)
				appendEvent(folder, { event: 'metrics', step, losses });
			const text = `step ${step}/${settings.steps}`;
			request.onProgress({ fraction: (run.trainingShare * step) / settings.steps, text });
		},
	});
	return { state, training: tail.means() };
}
