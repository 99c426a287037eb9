import type { RunLock } from '../lock/run-lock.ts';
import { appendEvent } from '../run-folder.ts';
import { writeCheckpoint } from './checkpoint-folder.ts';

/**
 * Writes a checkpoint and notes it among the events, as the owner of the folder.
 *
 * @param keep see `writeCheckpoint`
 * @throws LostLockError if another process has taken the folder over, before anything is written
 * @throws EnvironmentError as `writeCheckpoint`
 */
export function writeCheckpointAsOwner(
	folder: string,
	lock: Pick<RunLock, 'assertHeld'>,
	content: Parameters<typeof writeCheckpoint>[1],
	keep?: Parameters<typeof writeCheckpoint>[2],
): void {
	lock.assertHeld();
	const startedAt = performance.now();
	writeCheckpoint(folder, content, keep);
	const ms = Math.round(performance.now() - startedAt);
	appendEvent(folder, { event: 'checkpoint', step: content.step, ms });
}
