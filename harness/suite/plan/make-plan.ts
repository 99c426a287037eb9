import { readFileSync } from 'node:fs';
import path from 'node:path';
import { featureNetworkPresets } from '../../metrics/feature-network/presets.ts';
import { fileNames, type RunState } from '../../run/run-folder.ts';
import { diskOfRun, type RunDisk } from '../cost/disk.ts';
import { workOfScoring } from '../cost/run-work.ts';
import { workOfStep } from '../cost/step-work.ts';
import { dataSizeOf, type PlannedDataSize } from './data-size.ts';
import { type PlannedGrid, type PlannedRun, planRuns, unlistedRuns } from './grid-runs.ts';
import { type Prerequisite, prerequisitesOf } from './prerequisites.ts';
import { makespan, type PlannedTask } from './schedule.ts';
import { type ShapeTime, type StatedDevice, shapeKey, stepTimes } from './step-times.ts';

export interface PlanRequest extends PlannedGrid {
	readonly suite: string;
	/** Label fractions whose classifier is a result of its own. */
	readonly classifiers: readonly number[];
	/** Jobs at the same time. */
	readonly jobs: number;
	/** Of one hour of one job, in any currency; null if unknown. */
	readonly pricePerHour: number | null;
	/** Computes times for this device instead of taking those of this machine. */
	readonly device: StatedDevice | null;
	/** Measures shapes that nothing is known of, on this machine. */
	readonly probe: boolean;
	readonly report?: (text: string) => void;
}

/** Time of one run; seconds of a job. */
export interface RunTime {
	readonly training: number;
	readonly scoring: number;
	/** What is left of both. */
	readonly left: number;
	readonly source: ShapeTime['source'];
}

export interface PlanRow extends PlannedRun {
	/** Steps done, as the run's files say; 0 if it never started or will start anew. */
	readonly stepsDone: number;
	/** Null where nothing is known of its speed. */
	readonly time: RunTime | null;
}

export interface Plan {
	readonly suite: string;
	readonly profile: string;
	readonly steps: number;
	readonly data: string | null;
	readonly dataSize: PlannedDataSize;
	readonly rows: readonly PlanRow[];
	readonly counts: Readonly<Partial<Record<RunState | 'stale', number>>>;
	readonly prerequisites: ReadonlyArray<Prerequisite & { readonly seconds: number | null }>;
	/** Folders in OUT/runs that the grid does not list. */
	readonly unlisted: readonly string[];
	/** Speed of each method. */
	readonly speeds: ReadonlyArray<{
		readonly method: string;
		readonly workOfStep: number;
		readonly time: ShapeTime | null;
	}>;
	readonly totals: {
		/** Hours of one job for the whole grid, and what is left of it; null if a speed is unknown. */
		readonly hours: number | null;
		readonly hoursLeft: number | null;
		readonly unit: 'GPU-hours' | 'CPU-hours';
		/** Price of what is left; null if hours or price are unknown. */
		readonly cost: number | null;
		/** Seconds until the last run ends, with `jobs` of them at a time. */
		readonly secondsToFinish: number | null;
		readonly jobs: number;
		/** Bytes when all runs are done, and while `jobs` of them train. */
		readonly disk: { readonly final: number; readonly peak: number; readonly run: RunDisk | null };
	};
}

/** Steps that a run has done and will not do again. */
function stepsDone({ state, folder }: PlannedRun, steps: number): number {
	if (state === 'done') return steps;
	if (folder === null || state === 'stale' || state === 'missing') return 0;
	try {
		const { step } = JSON.parse(readFileSync(path.join(folder, fileNames.progress), 'utf8')) as {
			step?: unknown;
		};
		return typeof step === 'number' ? Math.min(step, steps) : 0;
	} catch {
		return 0;
	}
}

/** Prerequisites, the evaluator before the others, then each run after what it needs. */
function openTasks(
	open: ReadonlyArray<Prerequisite & { readonly seconds: number | null }>,
	rows: readonly PlanRow[],
): PlannedTask[] {
	const evaluator = open.findIndex(({ kind }) => kind === 'evaluator');
	const needs = new Map<PlanRow['cell'], number[]>();
	for (const [index, { cells }] of open.entries()) {
		for (const cell of cells) needs.set(cell, [...(needs.get(cell) ?? []), index]);
	}
	return [
		...open.map(({ seconds }, index) => ({
			seconds: seconds ?? 0,
			after: evaluator === -1 || index === evaluator ? [] : [evaluator],
		})),
		...rows
			.filter(({ time }) => time !== null && time.left > 0)
			.map(({ cell, time }) => ({ seconds: time!.left, after: needs.get(cell) ?? [] })),
	];
}

/** What a grid is, how far it has come, and what the rest of it takes. */
export async function makePlan(request: PlanRequest): Promise<Plan> {
	const { profile, steps, out, device, jobs, pricePerHour } = request;
	const dataSize = dataSizeOf(request.data, profile);
	const runs = planRuns(request);
	const shapes = await stepTimes({ ...request, data: dataSize, runs });
	const network = featureNetworkPresets[profile.featureNetwork];

	// One scoring of equal shapes is as long as another.
	const scoringWork = new Map<string, number>();
	const rows = runs.map((run): PlanRow => {
		const key = shapeKey(run.cell);
		const done = stepsDone(run, steps);
		const time = shapes.get(key)!.time;
		if (!time) return { ...run, stepsDone: done, time: null };
		let work = scoringWork.get(key);
		if (work === undefined) {
			work = workOfScoring(time.shape, { evaluator: profile.evaluator, network, data: dataSize });
			scoringWork.set(key, work);
		}
		const training = time.stepSeconds * steps;
		const scoring = time.scoringSeconds ?? work / time.rate;
		const left = run.state === 'done' ? 0 : time.stepSeconds * (steps - done) + scoring;
		return { ...run, stepsDone: done, time: { training, scoring, left, source: time.source } };
	});
	const counts: Partial<Record<RunState | 'stale', number>> = {};
	for (const { state } of rows) counts[state] = (counts[state] ?? 0) + 1;

	const known = [...shapes.values()].find(({ time }) => time !== null)?.time;
	const rate = known?.rate ?? (device ? (device.peakFlops * device.utilisation) / 2 : undefined);
	const prerequisites = prerequisitesOf({ ...request, data: dataSize }).map(each => ({
		...each,
		seconds: each.multiplyAdds === 0 ? 0 : rate === undefined ? null : each.multiplyAdds / rate,
	}));
	const open = prerequisites.filter(({ state }) => state === 'missing');
	const allKnown = rows.every(({ time }) => time !== null) && open.every(({ seconds }) => seconds !== null);
	const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
	const secondsLeft = rows.map(({ time }) => time?.left ?? 0).filter(seconds => seconds > 0);
	const preparation = open.map(({ seconds }) => seconds ?? 0);
	const tasks = openTasks(open, rows);
	const hours =
		sum(rows.map(({ time }) => (time ? time.training + time.scoring : 0))) +
		sum(prerequisites.map(({ seconds }) => seconds ?? 0));
	const hoursLeft = sum(secondsLeft) + sum(preparation);
	const disks = [...shapes.values()].map(({ shape }) => diskOfRun(shape, dataSize.classes));
	const run =
		disks.length === 0 ? null : disks.reduce((first, second) => (second.peak > first.peak ? second : first));
	const onGpu = device !== null || / cuda/u.test((await import('../../run/manifest.ts')).backendName());
	return {
		suite: request.suite,
		profile: profile.name,
		steps,
		data: request.data,
		dataSize,
		rows,
		counts,
		prerequisites,
		unlisted: unlistedRuns(out),
		speeds: [...shapes.values()].map(({ cell, shape, time }) => ({
			method: cell.loaded.method.name,
			workOfStep: workOfStep(shape).step,
			time,
		})),
		totals: {
			hours: allKnown ? hours / 3600 : null,
			hoursLeft: allKnown ? hoursLeft / 3600 : null,
			unit: onGpu ? 'GPU-hours' : 'CPU-hours',
			cost: allKnown && pricePerHour !== null ? (hoursLeft / 3600) * pricePerHour : null,
			secondsToFinish: allKnown ? makespan(tasks, jobs) : null,
			jobs,
			disk: {
				final: (run?.final ?? 0) * rows.length,
				peak: run ? run.final * rows.length + Math.min(jobs, rows.length) * (run.peak - run.final) : 0,
				run,
			},
		},
	};
}
