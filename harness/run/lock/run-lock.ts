import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { EnvironmentError, RunFailedError } from '../../errors.ts';
import { explainWriteError } from '../../write-atomically.ts';
import { createLock, describeLock, type Lock, lockFile, readLock, replaceLock } from './lock-file.ts';
import { identifyThisProcess, isRunning } from './process-identity.ts';

/** How locks keep time; the defaults are what every process of a grid must agree on. */
export interface LockTiming {
	/** Time between two heartbeats. Default 10,000 ms. */
	readonly heartbeatMs?: number;
	/** Age of the last heartbeat from which an owner on another machine may be dead. Default 180,000 ms. */
	readonly staleAfterMs?: number;
	/** How long such a lock is watched for a heartbeat before it is taken over. Default 25,000 ms. */
	readonly watchMs?: number;
}
const defaults = { heartbeatMs: 10_000, staleAfterMs: 180_000, watchMs: 25_000 } as const;

/** A run folder that is this process's alone until `release`. */
export interface RunLock {
	/** In words, whose lock was taken over because its owner is dead; null if there was none. */
	readonly takenOverFrom: string | null;
	/** @throws LostLockError if another process has taken the folder over; call it before anything is written */
	assertHeld(): void;
	/** Gives the folder back; a second call does nothing. */
	release(): void;
}

/** Another process works on the run. Exit code 7: nothing is wrong with the run, and a later attempt may succeed. */
export class LockedError extends EnvironmentError {}

/** This process was taken for dead, and another one works on the run now. Nothing more may be written. */
export class LostLockError extends RunFailedError {}

/**
 * Whether the owner of a folder's lock lives, as well as a reader can tell who must not write: for an owner on
 * another machine by the age of its heartbeat on this machine's clock. Undefined if the folder is free.
 */
export function isLockAlive(folder: string): boolean | undefined {
	const found = readLock(folder);
	if (!found) return undefined;
	return (found.lock && isRunning(found.lock.owner)) ?? Date.now() - found.beatAt <= defaults.staleAfterMs;
}

function refusal(folder: string, lock: Lock | undefined, timing: Required<LockTiming>): LockedError {
	const minutes = Math.ceil((timing.staleAfterMs + timing.watchMs) / 60_000);
	return new LockedError(
		`${folder}: another process works on this run: ${describeLock(lock)}`,
		`wait for it or stop it; if it died on another machine, the same command takes the run over ${minutes} minutes after`,
	);
}

/** Now, on the clock of the file server that holds the folder. */
function fileServerTime(folder: string): number {
	const probe = path.join(folder, `.clock.${process.pid}.${randomBytes(6).toString('hex')}.tmp`);
	try {
		const descriptor = openSync(probe, 'wx');
		try {
			writeFileSync(descriptor, '\n');
			return fstatSync(descriptor).mtimeMs;
		} finally {
			closeSync(descriptor);
		}
	} finally {
		rmSync(probe, { force: true });
	}
}

/**
 * Whether the owner is dead. On this machine its process tells at once. On another one its heartbeats do: no clock
 * is believed alone, because one may have been set; a lock that looks old, or of the future, is watched for a
 * heartbeat on this process's monotonic clock.
 */
async function isDead(
	folder: string,
	seen: { lock: Lock | undefined; beatAt: number },
	timing: Required<LockTiming>,
): Promise<boolean> {
	const running = seen.lock && isRunning(seen.lock.owner);
	if (running !== undefined) return !running;
	const age = fileServerTime(folder) - seen.beatAt;
	if (age >= 0 && age <= timing.staleAfterMs) return false;
	const startedAt = performance.now();
	while (performance.now() - startedAt < timing.watchMs) {
		await sleep(Math.min(1000, timing.watchMs / 4));
		const now = readLock(folder);
		if (!now) return true;
		if (now.beatAt !== seen.beatAt || now.lock?.token !== seen.lock?.token) return false;
	}
	return true;
}

/**
 * Makes a run folder this process's alone. Schedulers restart jobs whose old process still runs, and people start
 * things twice: two processes in one folder would ruin each other's checkpoints.
 *
 * A lock whose owner died on this machine is taken over at once (its process is gone, or its number is another
 * process's now); one of another machine when there was no heartbeat for `staleAfterMs` and none while it was watched.
 *
 * @throws LockedError if another process works there, naming it
 * @throws EnvironmentError if the folder cannot be written
 */
export async function acquireRunLock(folder: string, options: LockTiming = {}): Promise<RunLock> {
	const timing = { ...defaults, ...options };
	const token = randomBytes(8).toString('hex');
	const lock: Lock = { schemaVersion: 1, token, owner: identifyThisProcess(), since: Date.now() };
	const text = `${JSON.stringify(lock)}\n`;
	let takenOverFrom: string | null = null;
	try {
		mkdirSync(folder, { recursive: true });
		for (let attempt = 1; !createLock(folder, text); attempt++) {
			const seen = readLock(folder);
			if (!seen) continue;
			if (attempt > 5 || !(await isDead(folder, seen, timing))) throw refusal(folder, seen.lock, timing);
			if (replaceLock(folder, seen.lock, text)) {
				takenOverFrom = describeLock(seen.lock);
				break;
			}
		}
	} catch (error) {
		if (error instanceof LockedError) throw error;
		throw explainWriteError(path.join(folder, lockFile), error);
	}
	return holdLock(folder, token, takenOverFrom, timing.heartbeatMs);
}

function holdLock(folder: string, token: string, takenOverFrom: string | null, everyMs: number): RunLock {
	const descriptor = openSync(path.join(folder, lockFile), 'r+');
	const worker = new Worker(new URL('./heartbeat-worker.js', import.meta.url), {
		workerData: { descriptor, everyMs },
		// Not the loader of the main thread: this one is plain JavaScript.
		execArgv: [],
	});
	worker.unref();
	// A thread that cannot start, for want of memory say, must not end the run that it serves.
	worker.on('error', () => {});
	let held = true;
	const release = (): void => {
		if (!held) return;
		held = false;
		process.removeListener('exit', release);
		try {
			if (readLock(folder)?.lock?.token === token) rmSync(path.join(folder, lockFile), { force: true });
		} catch {
			// The folder is gone or read-only by now: the lock's owner is dead soon, which others can see.
		}
		void worker.terminate().finally(() => closeSync(descriptor));
	};
	process.once('exit', release);
	return {
		takenOverFrom,
		assertHeld() {
			const now = held ? readLock(folder) : undefined;
			if (now?.lock?.token === token) return;
			throw new LostLockError(
				`${folder}: this process no longer has the run's lock; ${now ? `it is that of ${describeLock(now.lock)}` : 'it was removed'}`,
				'leave the run to the other process; nothing of it was overwritten',
			);
		},
		release,
	};
}
