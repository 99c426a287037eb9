import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileNames } from '../../run/run-folder.ts';
import { median } from '../../statistics/median.ts';

/** Speed of one run, from its own files. */
export interface MeasuredRun {
	/** Milliseconds of wall time a generator step took. */
	readonly stepMs: number;
	/** Milliseconds from the last step to the result; null if the run has not got that far. */
	readonly scoringMs: number | null;
}

interface TimedEvent {
	readonly time?: number;
	readonly event?: string;
	readonly step?: number;
	readonly trainingMs?: number;
	readonly totalMs?: number;
}

function* timedEvents(folder: string): Generator<TimedEvent> {
	const file = path.join(folder, fileNames.events);
	if (!existsSync(file)) return;
	for (const line of readFileSync(file, 'utf8').split('\n')) {
		try {
			if (line !== '') yield JSON.parse(line) as TimedEvent;
		} catch {
			// A line that a crash cut short says nothing about time.
		}
	}
}

/**
 * The speed of a run: the median time of a step between two logged ones of the same process, so that the first
 * steps, interruptions and evaluations in between count little. Undefined if it has logged fewer than two.
 */
function measureRunSpeed(folder: string): MeasuredRun | undefined {
	const intervals: number[] = [];
	let previous: { step: number; time: number } | undefined;
	let scoringMs: number | null = null;
	for (const { event, step, time, trainingMs, totalMs } of timedEvents(folder)) {
		if (event === 'metrics' && typeof step === 'number' && typeof time === 'number') {
			if (previous && step > previous.step && time >= previous.time) {
				intervals.push((time - previous.time) / (step - previous.step));
			}
			previous = { step, time };
			continue;
		}
		// A new process: the time in between is nobody's.
		if (event === 'started' || event === 'resumed') previous = undefined;
		if (event === 'completed' && typeof trainingMs === 'number' && typeof totalMs === 'number') {
			scoringMs = Math.max(0, totalMs - trainingMs);
		}
	}
	return intervals.length === 0 ? undefined : { stepMs: median(intervals), scoringMs };
}

/** Median speed of some runs of one shape; undefined if none has been measured. */
export function medianSpeed(
	folders: readonly string[],
): (MeasuredRun & { readonly runs: number }) | undefined {
	const speeds = folders.flatMap(folder => measureRunSpeed(folder) ?? []);
	if (speeds.length === 0) return undefined;
	const scoring = speeds.flatMap(({ scoringMs }) => scoringMs ?? []);
	return {
		stepMs: median(speeds.map(({ stepMs }) => stepMs)),
		scoringMs: scoring.length === 0 ? null : median(scoring),
		runs: speeds.length,
	};
}
