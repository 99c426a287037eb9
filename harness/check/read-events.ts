import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileNames } from '../run/run-folder.ts';

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

const [metricsMark, stepMark] = ['"event":"metrics"', '"step":'];

/** Summary of the events of a run folder; null if it has none. */
export function readEventSummary(folder: string, points = mostPoints): EventSummary | null {
	let text: string;
	try {
		text = readFileSync(path.join(folder, fileNames.events), 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw error;
	}
	return summariseEvents(text, points);
}

/** Summary of the text of an events.jsonl. */
export function summariseEvents(text: string, points = mostPoints): EventSummary {
	const metricsLines: MetricsLine[] = [];
	const steps = followSteps();
	// What came after the checkpoint that a training went on from was done again, or, after a roll-back, otherwise.
	let fromTheStart = false;
	const forget = (after: number): void => {
		while ((metricsLines.at(-1)?.step ?? 0) > after) metricsLines.pop();
		for (const step of evaluations.keys()) if (step > after) evaluations.delete(step);
	};
	const lifeCycle: string[] = [];
	const evaluations = new Map<number, CurvePoint>();
	const damagedLines: number[] = [];
	let trainingMs: number | null = null;
	let firstNonFiniteLine: number | null = null;
	const metrics = finder(text, metricsMark);
	const nulls = finder(text, 'null');
	let start = 0;
	for (let number = 1; start < text.length; number++) {
		const newline = text.indexOf('\n', start);
		const end = newline === -1 ? text.length : newline;
		const from = start;
		start = end + 1;
		if (from === end) continue;
		// A run logs hundreds of these lines: their step and shape are read in place, their values only where drawn.
		if (metrics.isWithin(from, end) && text[end - 1] === '}') {
			const step = stepWithin(text, from, end);
			steps.log(step);
			if (fromTheStart) forget(0);
			fromTheStart = false;
			// JSON has no NaN: JSON.stringify writes null for it.
			if (nulls.isWithin(from, end)) firstNonFiniteLine ??= number;
			metricsLines.push({ from, end, number, step });
			continue;
		}

		const line = text.slice(from, end);
		const event = parseEvent(line);
		if (event === undefined) {
			if (newline !== -1) damagedLines.push(number);
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

	const losses = chooseEvenly(metricsLines, points).flatMap(({ from, end, number }) => {
		const event = parseEvent(text.slice(from, end));
		if (event === undefined) damagedLines.push(number);
		return event === undefined ? [] : [pointOf(event.step, event.losses)];
	});
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

/** A line of metrics by its place in the text. */
interface MetricsLine {
	readonly from: number;
	readonly end: number;
	/** From 1. */
	readonly number: number;
	readonly step: number;
}

/** Finds a word in lines that are asked for in their order: the text is searched once, not once a line. */
function finder(text: string, word: string): { isWithin(from: number, end: number): boolean } {
	let next = text.indexOf(word);
	return {
		isWithin(from, end) {
			if (next !== -1 && next < from) next = text.indexOf(word, from);
			return next !== -1 && next < end;
		},
	};
}

/** The first `"step":…` of a line; NaN if there is none. */
function stepWithin(text: string, from: number, end: number): number {
	const at = text.indexOf(stepMark, from);
	if (at === -1 || at >= end) return Number.NaN;
	let step = 0;
	let index = at + stepMark.length;
	for (; index < end; index++) {
		const digit = text.charCodeAt(index) - 48;
		if (digit < 0 || digit > 9) break;
		step = 10 * step + digit;
	}
	return index === at + stepMark.length ? Number.NaN : step;
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
		result: (): LoggedSteps => ({ count, last: count === 0 ? null : last, problem }),
	};
}

function parseEvent(line: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(line);
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

/** At most `count` of the items, first and last among them. */
export function chooseEvenly<Item>(items: readonly Item[], count: number): readonly Item[] {
	if (items.length <= count) return items;
	return Array.from(
		{ length: count },
		(_, index) => items[Math.round((index * (items.length - 1)) / (count - 1))]!,
	);
}
