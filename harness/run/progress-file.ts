import { renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { fileNames } from './run-folder.ts';

/** `progress.json` of a run in work: for watchers, who must not read what the process prints. */
export const progressSchema = z.looseObject({
	schemaVersion: z.literal(1),
	runId: z.string(),
	/** Generator steps done. */
	step: z.number().int().nonnegative(),
	/** Generator steps of the whole training. */
	steps: z.number().int().positive(),
	/** When this process started to work on the run, and when it wrote this, in milliseconds since 1970. */
	startedAt: z.number(),
	updatedAt: z.number(),
	/** Mean over the steps of this process but its first, which compiles; null before the second. */
	secondsPerStep: z.number().nullable(),
	/** `preparing` until the first step is done. */
	phase: z.enum(['preparing', 'training', 'scoring']),
	host: z.string(),
	pid: z.number().int(),
});
export type Progress = z.infer<typeof progressSchema>;

const everyMs = 2000;

export interface ProgressFile {
	/** A step is done, or a phase begins; written at most every two seconds, a new phase at once. */
	update(phase: Progress['phase'], step: number): void;
}

/** Keeps `progress.json` of a run up to date. It may be lost in a crash, so it is never waited for on the disk. */
export function openProgressFile(run: {
	readonly folder: string;
	readonly runId: string;
	readonly steps: number;
}): ProgressFile {
	const startedAt = Date.now();
	const file = path.join(run.folder, fileNames.progress);
	const temporary = path.join(run.folder, `.${fileNames.progress}.${process.pid}.tmp`);
	let writtenAt = Number.NEGATIVE_INFINITY;
	let writtenPhase: string | undefined;
	let first: { step: number; at: number } | undefined;
	let secondsPerStep: number | null = null;
	return {
		update(phase, step) {
			const now = performance.now();
			if (phase === 'training') {
				if (!first || step < first.step) first = { step, at: now };
				else if (step > first.step) secondsPerStep = (now - first.at) / 1000 / (step - first.step);
			}
			if (phase === writtenPhase && now - writtenAt < everyMs) return;
			writtenAt = now;
			writtenPhase = phase;
			const { runId, steps } = run;
			const progress: Progress = {
				...{ schemaVersion: 1, runId, step, steps, startedAt, updatedAt: Date.now(), secondsPerStep },
				...{ phase, host: hostname(), pid: process.pid },
			};
			try {
				writeFileSync(temporary, `${JSON.stringify(progress)}\n`);
				renameSync(temporary, file);
			} catch {
				// Only watchers read it; a full disk stops the run where something is lost.
			}
		},
	};
}
