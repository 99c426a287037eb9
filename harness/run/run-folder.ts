import {
	appendFileSync,
	closeSync,
	existsSync,
	fstatSync,
	mkdirSync,
	openSync,
	readFileSync,
	readSync,
	truncateSync,
} from 'node:fs';
import path from 'node:path';
import { RunFailedError } from '../errors.ts';
import { quickParser } from '../quick-parser.ts';
import { readTextIfThere } from '../read-if-there.ts';
import { explainWriteError } from '../write-atomically.ts';
import { readLock } from './lock/lock-file.ts';
import { isLockAlive } from './lock/run-lock.ts';
import { parseRecord } from './parse-record.ts';
import { eventSchema, type RunEvent, resultSchema } from './records.ts';

export const fileNames = {
	manifest: 'manifest.json',
	events: 'events.jsonl',
	/** Written last: a folder without it is not a finished run. */
	result: 'result.json',
	weights: 'weights.safetensors',
	samples: 'samples.png',
	checkpoints: 'checkpoints',
	progress: 'progress.json',
	tensorBoard: 'tensorboard',
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

/** Cuts off a last line that a killed process left without its end, so that the next event gets a line of its own. */
export function repairEvents(folder: string): void {
	const file = path.join(folder, fileNames.events);
	if (!existsSync(file)) return;
	const content = readFileSync(file);
	const end = content.lastIndexOf(0x0a) + 1;
	if (end === content.length) return;
	try {
		truncateSync(file, end);
	} catch (error) {
		throw explainWriteError(file, error);
	}
}

/** All whole events of a run; a last line that a crash cut short is left out. Empty if there are none yet. */
export function readEvents(folder: string): RunEvent[] {
	const file = path.join(folder, fileNames.events);
	const lines = readTextIfThere(file)?.split('\n') ?? [];
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

/**
 * - `done`: it has a whole result.
 * - `running`: a living process holds its lock.
 * - `interrupted`, `failed`: how its last process ended, by that process's own word.
 * - `lost`: it was started, and its process died without a word, or its result is damaged. The same command goes on
 *   from its last checkpoint.
 * - `missing`: it was never started.
 */
export type RunState = 'done' | 'failed' | 'interrupted' | 'running' | 'lost' | 'missing';

const lifeCycleEvents: ReadonlySet<string> = new Set(['started', 'completed', 'failed', 'interrupted']);

// More than the life cycle and a few hundred metrics of a usual run.
const tailBytes = 64 * 1024;

/** The end of a file, from the start of a line, and whether that is all of it. */
function readTail(file: string): { text: string; whole: boolean } {
	const descriptor = openSync(file, 'r');
	try {
		const { size } = fstatSync(descriptor);
		const start = Math.max(0, size - tailBytes);
		const buffer = Buffer.alloc(size - start);
		const text = buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, start));
		return { text: start === 0 ? text : text.slice(text.indexOf('\n') + 1), whole: start === 0 };
	} finally {
		closeSync(descriptor);
	}
}

/** The last event that changed the state of the run; reads no more of the file than it must. */
function lastLifeCycleEvent(folder: string): RunEvent | undefined {
	const file = path.join(folder, fileNames.events);
	if (!existsSync(file)) return undefined;
	const { text, whole } = readTail(file);
	const lines = text.split('\n');
	for (let index = lines.length - 1; index >= 0; index--) {
		const name = /"event":"(?<name>[a-z-]+)"/u.exec(lines[index])?.groups?.name;
		if (name === undefined ? lines[index] !== '' && index < lines.length - 1 : lifeCycleEvents.has(name)) {
			const parsed = eventSchema.safeParse(parseLine(lines[index]));
			if (parsed.success) return parsed.data;
			// A line that a crash cut short is the last one; any other stands for a damaged file.
			if (index < lines.length - 1) break;
		}
		if (index === 0 && whole) return undefined;
	}
	return readEvents(folder).findLast(({ event }) => lifeCycleEvents.has(event));
}

function parseLine(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return undefined;
	}
}

/** What the files of a run say of it. */
export interface RunStatus {
	readonly state: RunState;
	/** In words. */
	readonly reason: string;
	/** What is wrong with its result.json, one line; such a run is not done, and is made again. */
	readonly damagedResult?: string;
}

const parseResult = quickParser(resultSchema);

/** What is wrong with a run's result; null if nothing is, or a newer version wrote it; undefined if there is none. */
function problemOfResult(folder: string): string | null | undefined {
	const file = path.join(folder, fileNames.result);
	if (!existsSync(file)) return undefined;
	const parsed = parseRecord(file, parseResult);
	return 'value' in parsed || parsed.newer ? null : parsed.problem;
}

/**
 * State of a run from its files alone, with the reason in words.
 *
 * @param trustResult whether a result.json is whole because it is there: for who reads it anyway. Default false
 */
export function readRunState(folder: string, { trustResult = false } = {}): RunStatus {
	const done = { state: 'done', reason: 'result.json is there' } as const;
	if (trustResult && existsSync(path.join(folder, fileNames.result))) return done;
	const damagedResult = trustResult ? undefined : problemOfResult(folder);
	if (damagedResult === null) return done;
	if (isLockAlive(folder)) {
		const owner = readLock(folder)?.lock?.owner;
		return {
			state: 'running',
			reason: owner ? `process ${owner.pid} on ${owner.host}` : 'its lock is alive',
		};
	}
	if (damagedResult !== undefined) {
		const reason = `its ${fileNames.result} is damaged: ${damagedResult}; the same command makes it again`;
		return { state: 'lost', reason, damagedResult };
	}
	const last = lastLifeCycleEvent(folder);
	if (!last) return { state: 'missing', reason: 'never started' };
	if (last.event === 'failed') return { state: 'failed', reason: String(last.message ?? 'no message') };
	if (last.event === 'interrupted') {
		const cause = typeof last.cause === 'string' ? `: ${last.cause}` : '';
		return { state: 'interrupted', reason: `stopped before its end${cause}` };
	}
	return { state: 'lost', reason: 'started, no result, and its process is gone' };
}
