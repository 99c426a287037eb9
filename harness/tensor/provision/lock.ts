import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../../is-alive.ts';
import { unwritable } from './disk-space.ts';

interface Holder {
	readonly pid: number;
	readonly host: string;
	/** Start of the process in clock ticks since boot, where the system tells: a pid alone may have been reused. */
	readonly startTicks: string | null;
	readonly token: string;
}

/** The holder touches its lock this often, so that other machines see that it lives. */
const heartbeatMs = 10_000;
/** A lock of another machine that was not touched for so long is stale. */
const silenceMs = 120_000;
const pollMs = 200;
const reminderMs = 30_000;

function readStartTicks(pid: number): string | null {
	try {
		// Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and parentheses.
		const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
		return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
	} catch {
		return null;
	}
}

function readHolder(file: string): { holder: Holder | undefined; text: string; ageMs: number } | undefined {
	try {
		const text = readFileSync(file, 'utf8');
		const ageMs = Date.now() - statSync(file).mtimeMs;
		try {
			return { holder: JSON.parse(text) as Holder, text, ageMs };
		} catch {
			return { holder: undefined, text, ageMs };
		}
	} catch {
		return undefined;
	}
}

function isStale({ holder, ageMs }: { holder: Holder | undefined; ageMs: number }): boolean {
	// A lock is linked into place complete, so one that does not parse was cut short by a full disk or a crash.
	if (!holder) return ageMs > heartbeatMs;
	if (holder.host !== hostname()) return ageMs > silenceMs;
	if (!isAlive(holder.pid)) return true;
	return holder.startTicks !== null && holder.startTicks !== readStartTicks(holder.pid);
}

/** Takes a stale lock away; puts it back if it turns out to be another process's new one. */
function breakLock(file: string, staleText: string): void {
	const aside = `${file}.${randomUUID()}`;
	try {
		renameSync(file, aside);
	} catch {
		return;
	}
	if (readFileSync(aside, 'utf8') !== staleText) {
		try {
			linkSync(aside, file);
		} catch {
			// A third process has the lock by now; the displaced one finds out from its token.
		}
	}
	rmSync(aside, { force: true });
}

function tryTake(file: string, holder: Holder): boolean {
	const aside = `${file}.${holder.token}`;
	try {
		writeFileSync(aside, JSON.stringify(holder));
		try {
			// link() fails if the name exists, on every file system that clusters share.
			linkSync(aside, file);
			return true;
		} finally {
			rmSync(aside, { force: true });
		}
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
		throw unwritable(path.dirname(file), error);
	}
}

/**
 * Runs `work` while holding a lock file, so that one process on one machine does it at a time. Others wait and say
 * so. The lock of a process that no longer runs (killed, power cut) is taken over: on this machine at once, on
 * another one after two minutes without a sign of life.
 *
 * @param file the lock; removed afterwards
 * @param report gets a line when waiting starts, then every 30 seconds, and when a stale lock is taken over
 * @param what what the holder does, for that line
 */
export async function withLock<Result>(
	file: string,
	report: (line: string) => void,
	work: () => Promise<Result>,
	what = 'setting up the same runtime',
): Promise<Result> {
	const holder: Holder = {
		pid: process.pid,
		host: hostname(),
		startTicks: readStartTicks(process.pid),
		token: randomUUID(),
	};
	const startMs = Date.now();
	let nextReminderMs = 0;
	while (!tryTake(file, holder)) {
		const found = readHolder(file);
		if (!found) continue;
		const who = found.holder ? `process ${found.holder.pid} on ${found.holder.host}` : 'an unknown process';
		if (isStale(found)) {
			report(`${who} stopped before it was done; going on in its place`);
			breakLock(file, found.text);
			continue;
		}
		const waitedMs = Date.now() - startMs;
		if (waitedMs >= nextReminderMs) {
			report(`waiting for ${who}, which is ${what}`);
			nextReminderMs = waitedMs + reminderMs;
		}
		await sleep(pollMs);
	}
	const heartbeat = setInterval(() => {
		try {
			utimesSync(file, new Date(), new Date());
		} catch {
			// The lock was taken over: the steps write atomically, so both can only do the same work twice.
		}
	}, heartbeatMs);
	heartbeat.unref();
	try {
		return await work();
	} finally {
		clearInterval(heartbeat);
		if (readHolder(file)?.holder?.token === holder.token) rmSync(file, { force: true });
	}
}
