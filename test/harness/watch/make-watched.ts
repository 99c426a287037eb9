import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { identifyThisProcess } from '../../../harness/run/lock/process-identity.ts';
import { makeRuns } from '../suite/plan/make-run.ts';

/** Makes a run look as if this process worked on it. */
export function pretendRunning(
	folder: string,
	progress: {
		readonly step: number;
		readonly steps: number;
		readonly secondsPerStep: number | null;
		readonly updatedAt?: number;
	},
): void {
	const lock = { schemaVersion: 1, token: 'a', owner: identifyThisProcess(), since: 1 };
	writeFileSync(path.join(folder, 'lock.json'), JSON.stringify(lock));
	const written = {
		...{
			schemaVersion: 1,
			runId: path.basename(folder).slice(-12),
			phase: 'training',
			startedAt: 0,
			updatedAt: Date.now(),
		},
		...{ host: hostname(), pid: process.pid, ...progress },
	};
	writeFileSync(path.join(folder, 'progress.json'), JSON.stringify(written));
}

const place = { method: 'big-gan', labelFraction: 0.1 } as const;
/** When the running ones said something last. */
const updatedAt = Date.UTC(2030, 0, 1);

/** A grid of eight with every state; two of them run. */
export async function makeWatchedGrid(): Promise<{ out: string; folders: string[] }> {
	const metrics = {
		time: 2000,
		event: 'metrics',
		step: 20,
		losses: { 'discriminator.total': 1.5, 'generator.total': -0.25 },
	};
	const made = await makeRuns([
		{ ...place, seed: 1 },
		{ ...place, seed: 2, state: 'started', events: [metrics] },
		{ ...place, seed: 3, state: 'started' },
		{ ...place, seed: 4, state: 'failed' },
		{ ...place, seed: 5, state: 'interrupted' },
		{ ...place, seed: 6, state: 'started' },
		{ ...place, seed: 7, state: 'missing' },
		{ ...place, seed: 8, change: { methodSource: 'a'.repeat(64) } },
		{ ...place, seed: 9, listed: false },
	]);
	pretendRunning(made.folders[1]!, { step: 20, steps: 60, secondsPerStep: 2, updatedAt });
	pretendRunning(made.folders[2]!, { step: 30, steps: 60, secondsPerStep: 3, updatedAt });
	return made;
}
