import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { RunFailedError } from '../errors.ts';
import { explainWriteError } from '../write-atomically.ts';
import { eventSchema, type RunEvent } from './records.ts';

export const fileNames = {
	manifest: 'manifest.json',
	events: 'events.jsonl',
	/** Written last: a folder without it is not a finished run. */
	result: 'result.json',
	weights: 'weights.safetensors',
	samples: 'samples.png',
} as const;

/** Percentage as it stands in folder names and tables: 100, 10, 2.5. */
export const percentage = (fraction: number): string => `${Number((fraction * 100).toPrecision(6))}`;

/** Readable and unique: `big-gan-labels-10-seed-1-0123456789ab`. */
export function runFolderName(run: {
	method: string;
	labelFraction: number | null;
	seed: number;
	runId: string;
}): string {
	const labels = run.labelFraction === null ? '' : `-labels-${percentage(run.labelFraction)}`;
	return `${run.method}${labels}-seed-${run.seed}-${run.runId}`;
}

/** Appends one event with the present time; makes the folder if need be. */
export function appendEvent(folder: string, event: Omit<RunEvent, 'time'>): void {
	const file = path.join(folder, fileNames.events);
	try {
		mkdirSync(folder, { recursive: true });
		appendFileSync(file, `${JSON.stringify({ time: Date.now(), ...event })}\n`);
	} catch (error) {
		throw explainWriteError(file, error);
	}
}

/** All whole events of a run; a last line that a crash cut short is left out. Empty if there are none yet. */
export function readEvents(folder: string): RunEvent[] {
	const file = path.join(folder, fileNames.events);
	if (!existsSync(file)) return [];
	const lines = readFileSync(file, 'utf8').split('\n');
	return lines.flatMap((line, index) => {
		if (line === '') return [];
		try {
			return [eventSchema.parse(JSON.parse(line))];
		} catch (error) {
			if (index === lines.length - 1) return [];
			throw new RunFailedError(`${file}: line ${index + 1} is not an event`, 'remove the run folder', error);
		}
	});
}

export type RunState = 'done' | 'failed' | 'interrupted' | 'started' | 'missing';

/** State of a run from its files alone, with the reason in words. */
export function readRunState(folder: string): { state: RunState; reason: string } {
	if (existsSync(path.join(folder, fileNames.result)))
		return { state: 'done', reason: 'result.json is there' };
	const last = readEvents(folder)
		.filter(event => event.event !== 'progress' && event.event !== 'metrics')
		.at(-1);
	if (!last) return { state: 'missing', reason: 'never started' };
	if (last.event === 'failed') return { state: 'failed', reason: String(last.message ?? 'no message') };
	if (last.event === 'interrupted') return { state: 'interrupted', reason: 'stopped before its end' };
	return { state: 'started', reason: 'started, no result yet: running now, or its process died' };
}
