import { canonicalJson } from '../../canonical-json.ts';
import type { Profile } from '../../run/profile.ts';
import type { Cell } from '../cells.ts';
import { medianSpeed } from '../cost/measured-steps.ts';
import { knownProbe, probe } from '../cost/probe.ts';
import type { DataSize } from '../cost/run-work.ts';
import { type TrainingShape, trainingShape, workOfStep } from '../cost/step-work.ts';
import type { PlannedRun } from './grid-runs.ts';
import { readMethodSource } from './present-identity.ts';

/** A stated machine. */
export interface StatedDevice {
	/** For people: `NVIDIA H100 SXM 80 GB`. */
	readonly title: string;
	/** Operations a second; a multiply-add is two. */
	readonly peakFlops: number;
	/** Part of the peak that the training is assumed to reach, in (0, 1]. */
	readonly utilisation: number;
	/** Where the peak comes from; null if it was given. */
	readonly source: string | null;
}

/** What a number of seconds rests on. */
export type TimeSource = 'measured' | 'probed' | 'computed';

/** Speed of one shape: a method with its options at the profile's size. */
export interface ShapeTime {
	readonly shape: TrainingShape;
	/** Seconds of a generator step. */
	readonly stepSeconds: number;
	/** Seconds of measuring a trained run, if runs of the same shape show it. */
	readonly scoringSeconds: number | null;
	readonly source: TimeSource;
	/** In words: `3 runs of s3gan`. */
	readonly from: string;
	/** Multiply-adds a second, for what was not timed itself. */
	readonly rate: number;
}

/** What a grid trains, with its speed. */
export interface PlannedShape {
	readonly cell: Cell;
	readonly shape: TrainingShape;
	/** Null if nothing is known of it. */
	readonly time: ShapeTime | null;
}

export interface StepTimeRequest {
	readonly profile: Profile;
	readonly steps: number;
	readonly data: DataSize;
	readonly runs: readonly PlannedRun[];
	/** Computes from this instead of from what was measured. */
	readonly device: StatedDevice | null;
	/** Measures shapes that have not been measured, on this machine now. */
	readonly probe: boolean;
	/** Told which shape is probed. */
	readonly report?: (text: string) => void;
}

/** Runs whose logs are read for one shape: enough for a median. */
const mostRuns = 5;

const usable: ReadonlySet<string> = new Set(['done', 'running', 'interrupted', 'lost', 'failed']);

/** Runs of equal speed: the label fraction changes none of the work. */
export const shapeKey = ({ loaded, options }: Cell): string =>
	`${loaded.method.name} ${canonicalJson(options)}`;

/** Classes of the labels that a cell trains with. */
export const classesOf = ({ loaded, options }: Cell, { classes }: DataSize): number =>
	loaded.method.labelling === 'clusters' ? Number(options.clusters) : classes;

/**
 * The speed of each shape of a grid, by `shapeKey`: from its own runs, from a probe, or from another shape's runs by
 * the ratio of their work; undefined where there is none of them. With a stated device, computed for all.
 */
export async function stepTimes(request: StepTimeRequest): Promise<ReadonlyMap<string, PlannedShape>> {
	const { profile, steps, data, runs, device } = request;
	const settings = profile.settings(steps);
	const byShape = new Map<string, { cell: Cell; shape: TrainingShape; runs: PlannedRun[] }>();
	for (const run of runs) {
		const key = shapeKey(run.cell);
		const { loaded, options } = run.cell;
		const entry = byShape.get(key) ?? {
			cell: run.cell,
			shape: trainingShape(loaded.method, options, settings, classesOf(run.cell, data)),
			runs: [],
		};
		entry.runs.push(run);
		byShape.set(key, entry);
	}

	const found = new Map<string, ShapeTime | undefined>();
	for (const [key, { cell, shape, runs: ofShape }] of byShape) {
		const work = workOfStep(shape).step;
		const finish = (stepSeconds: number, rest: Pick<ShapeTime, 'source' | 'from' | 'scoringSeconds'>): void =>
			void found.set(key, { shape, stepSeconds, rate: work / stepSeconds, ...rest });
		if (device) {
			const rate = (device.peakFlops * device.utilisation) / 2;
			const from = `${device.title} at ${(100 * device.utilisation).toFixed(0)} % of its peak`;
			finish(work / rate, { source: 'computed', from, scoringSeconds: null });
			continue;
		}
		const folders = ofShape
			.filter(({ state, folder }) => folder !== null && usable.has(state))
			.sort((first, second) => Number(second.state === 'done') - Number(first.state === 'done'))
			.slice(0, mostRuns)
			.map(({ folder }) => folder!);
		const speed = medianSpeed(folders);
		if (speed) {
			const from = `${speed.runs} ${speed.runs === 1 ? 'run' : 'runs'} of ${cell.loaded.method.name}`;
			const scoringSeconds = speed.scoringMs === null ? null : speed.scoringMs / 1000;
			finish(speed.stepMs / 1000, { source: 'measured', from, scoringSeconds });
			continue;
		}
		const asked = {
			method: cell.loaded.method,
			methodSource: readMethodSource(cell.loaded).digest,
			options: cell.options,
			settings,
			classes: classesOf(cell, data),
		};
		let probed = knownProbe(asked);
		if (!probed && request.probe) {
			request.report?.(`probing ${cell.loaded.method.name} at ${profile.name}`);
			probed = await probe(asked);
		}
		if (probed) {
			finish(probed.stepMs / 1000, {
				source: 'probed',
				from: `${probed.steps} steps on this machine`,
				scoringSeconds: null,
			});
		} else found.set(key, undefined);
	}
	borrowSpeeds(found, byShape);
	return new Map(
		[...byShape].map(([key, { cell, shape }]) => [key, { cell, shape, time: found.get(key) ?? null }]),
	);
}

/** Gives shapes without a speed that of another one, by the ratio of their work. */
function borrowSpeeds(
	found: Map<string, ShapeTime | undefined>,
	byShape: ReadonlyMap<string, { cell: Cell; shape: TrainingShape }>,
): void {
	const lender = [...found.values()].find(time => time !== undefined);
	if (!lender) return;
	for (const [key, { shape }] of byShape) {
		if (found.get(key) !== undefined) continue;
		const { rate, source, from } = lender;
		const stepSeconds = workOfStep(shape).step / rate;
		found.set(key, {
			shape,
			stepSeconds,
			rate,
			source,
			from: `${from}, by the ratio of the work`,
			scoringSeconds: null,
		});
	}
}
