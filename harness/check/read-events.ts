import path from 'node:path';
import { fileNames } from '../run/run-folder.ts';
import { endOfLine, endsWithBracket, finder, readSharedBytes, stepWithin, usualStep } from './event-lines.ts';

/** Values of logged quantities at one step. */
export interface CurvePoint {
	readonly step: number;
	readonly values: Readonly<Record<string, number>>;
}

/**
 * Steps are logged at a fixed spacing, and the last step always. After a `started` a run goes on from a checkpoint: it
 * may repeat steps, but not skip any.
 */
export interface LoggedSteps {
	readonly count: number;
	/** Steps from one line to the next: the first step that was logged; 0 if none was. */
	readonly spacing: number;
	/** Null if none was logged. */
	readonly last: number | null;
	/** The first place where steps do not follow one another, in words; null if they do. */
	readonly problem: string | null;
}

/** What a report and a check need of events.jsonl. */
export interface EventSummary {
	/** Kinds of the life-cycle events in order, metrics left out: `started`, …, `completed`. */
	readonly lifeCycle: readonly string[];
	/** Whether the generator steps of the metrics lines are continuous. */
	readonly steps: LoggedSteps;
	/** At most a given number of points, evenly chosen, the first and last among them. */
	readonly losses: readonly CurvePoint[];
	/** Scores measured during training. */
	readonly evaluations: readonly CurvePoint[];
	/** Time in training steps, without measuring; null if the run did not complete. */
	readonly trainingMs: number | null;
	/** Line of the first logged quantity that is no finite number, from 1; null if all are. */
	readonly firstNonFiniteLine: number | null;
	/** Lines that are no events, from 1; the last line may be cut short by a crash and does not count. */
	readonly damagedLines: readonly number[];
}

/** Points of a run's curve: enough for a figure. */
export const mostPoints = 60;

/** Events that tell of work, not of the run's state. */
const besideLifeCycle: ReadonlySet<string> = new Set(['progress', 'checkpoint', 'spectrum', 'data-feed']);

/** Summary of the events of a run folder; null if it has none. */
export function readEventSummary(folder: string, points = mostPoints): EventSummary | null {
	const bytes = readSharedBytes(`${folder}${path.sep}${fileNames.events}`);
	return bytes === null ? null : summariseEvents(bytes, points);
}

/** Summary of the bytes of an events.jsonl. */
export function summariseEvents(bytes: Buffer, points = mostPoints): EventSummary {
	// Lines of metrics by their first byte, their number from 1, and their step.
	const froms: number[] = [];
	const numbers: number[] = [];
	const stepsOfLines: number[] = [];
	const steps = followSteps();
	// What came after the checkpoint that a training went on from was done again, or, after a roll-back, otherwise.
	let fromTheStart = false;
	const forget = (after: number): void => {
		let kept = froms.length;
		while (kept > 0 && stepsOfLines[kept - 1]! > after) kept--;
		for (const list of [froms, numbers, stepsOfLines]) list.length = kept;
		for (const step of evaluations.keys()) if (step > after) evaluations.delete(step);
	};
	const lifeCycle: string[] = [];
	const evaluations = new Map<number, CurvePoint>();
	const damagedLines: number[] = [];
	let trainingMs: number | null = null;
	let firstNonFiniteLine: number | null = null;
	const metrics = finder(bytes, '"event":"metrics"');
	const nulls = finder(bytes, 'null');
	let start = 0;
	for (let number = 1; start < bytes.length; number++) {
		const from = start;
		const end = endOfLine(bytes, from);
		start = end + 1;
		if (from === end) continue;
		// A run logs hundreds of these lines: their step and shape are read in place, their values only where drawn.
		const usual = usualStep(bytes, from, end);
		if ((usual !== -1 || metrics.isWithin(from, end)) && endsWithBracket(bytes, end)) {
			const step = usual === -1 ? stepWithin(bytes, from, end) : usual;
			steps.log(step);
			if (fromTheStart) forget(0);
			fromTheStart = false;
			// JSON has no NaN: JSON.stringify writes null for it.
			if (nulls.isWithin(from, end)) firstNonFiniteLine ??= number;
			froms.push(from);
			numbers.push(number);
			stepsOfLines.push(step);
			continue;
		}

		const event = parseEvent(bytes, from, end);
		if (event === undefined) {
			if (end < bytes.length) damagedLines.push(number);
			continue;
		}

		if (event.event === 'evaluation') {
			const point = pointOf(event.step, { fid: event.fid, inceptionScore: event.inceptionScore });
			// A training that was killed measures again what came after its last checkpoint.
			evaluations.set(point.step, point);
		} else if (!besideLifeCycle.has(String(event.event))) {
			lifeCycle.push(String(event.event));
			if (event.event === 'started' || event.event === 'resumed') steps.restart();
			if (event.event === 'resumed' && typeof event.step === 'number') forget(event.step);
			fromTheStart = event.event === 'started';
			if (event.event === 'completed' && typeof event.trainingMs === 'number') trainingMs = event.trainingMs;
		}
	}

	const losses: CurvePoint[] = [];
	for (const index of evenIndices(froms.length, points)) {
		const from = froms[index]!;
		const event = parseEvent(bytes, from, endOfLine(bytes, from));
		if (event === undefined) damagedLines.push(numbers[index]!);
		else losses.push(pointOf(event.step, event.losses));
	}

	return {
		lifeCycle,
		steps: steps.result(),
		losses,
		evaluations: [...evaluations.values()].sort((first, second) => first.step - second.step),
		trainingMs,
		firstNonFiniteLine,
		damagedLines,
	};
}

/** Follows the steps of a run line by line, so that thousands of runs need not be kept. */
function followSteps() {
	let count = 0;
	let spacing = 0;
	let last = 0;
	let restarted = true;
	let problem: string | null = null;
	return {
		restart() {
			restarted = true;
		},
		log(step: number) {
			count++;
			if (count === 1) spacing = step;
			if (!Number.isInteger(step)) problem ??= 'a step that is no number';
			else if (!restarted && step <= last) problem ??= `step ${step} after step ${last}`;
			else if (step > last + spacing) problem ??= `step ${step} after step ${last}, logged every ${spacing}`;
			last = step;
			restarted = false;
		},
		result: (): LoggedSteps => ({ count, spacing, last: count === 0 ? null : last, problem }),
	};
}

function parseEvent(bytes: Buffer, from: number, end: number): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(bytes.toString('utf8', from, end));
		return typeof value === 'object' && value !== null && 'event' in value
			? (value as Record<string, unknown>)
			: undefined;
	} catch {
		return undefined;
	}
}

/** Keeps what is a finite number. */
function pointOf(step: unknown, values: unknown): CurvePoint {
	const finite: Record<string, number> = {};
	for (const [name, value] of Object.entries(values ?? {})) if (Number.isFinite(value)) finite[name] = value;
	return { step: Number(step), values: finite };
}

/** At most `count` of the first `length` whole numbers, evenly chosen, first and last among them. */
export function evenIndices(length: number, count: number): readonly number[] {
	if (length <= count) return Array.from({ length }, (_, index) => index);
	return Array.from({ length: count }, (_, index) => Math.round((index * (length - 1)) / (count - 1)));
}
