import { setTimeout as sleep } from 'node:timers/promises';
import { readLock } from '../run/lock/lock-file.ts';
import { identifyThisProcess, isRunning } from '../run/lock/process-identity.ts';
import { acquireRunLock, isLockAlive, LockedError, type RunLock } from '../run/lock/run-lock.ts';
import type { JobRecord } from './job-files.ts';

/** Asks a process to end that is left of an earlier attempt at this very job; others are waited for. */
function stopRemnant(folder: string, ours: readonly string[], asked: Set<number>): void {
	const owner = readLock(folder)?.lock?.owner;
	if (!owner || owner.schedulerJobId === null || !ours.includes(owner.schedulerJobId)) return;
	// Its supervisor (slurmstepd) died: it computes outside of any allocation.
	if (asked.has(owner.pid) || isRunning(owner) !== true) return;
	asked.add(owner.pid);
	try {
		process.kill(owner.pid, 'SIGINT');
	} catch {
		// It has ended by itself.
	}
}

/**
 * Waits until no living process works on the job, and takes it.
 *
 * @param givenUp whether to wait no longer
 * @returns undefined if given up
 */
export async function takeJob(
	folder: string,
	record: JobRecord,
	givenUp: () => boolean,
): Promise<RunLock | undefined> {
	const { schedulerJobId } = identifyThisProcess();
	const ours = [...(schedulerJobId === null ? [] : [schedulerJobId]), ...record.replaces];
	const asked = new Set<number>();
	let lock: RunLock | undefined;
	while (!lock) {
		if (givenUp()) return undefined;
		try {
			lock = await acquireRunLock(folder);
		} catch (error) {
			if (!(error instanceof LockedError)) throw error;
			stopRemnant(folder, ours, asked);
			await sleep(500);
		}
	}
	// The command may have outlived the process that started it.
	while (record.lockedFolder !== null && isLockAlive(record.lockedFolder)) {
		if (givenUp()) {
			lock.release();
			return undefined;
		}
		stopRemnant(record.lockedFolder, ours, asked);
		await sleep(500);
	}
	return lock;
}
