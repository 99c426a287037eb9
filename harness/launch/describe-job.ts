import path from 'node:path';
import type { Job } from './executor.ts';
import type { JobRecord } from './job-files.ts';

/** Letters that every file system takes. */
const fileName = (label: string): string => label.replace(/[^\w.%-]+/gu, '-').replace(/^-+|-+$/gu, '');

/** The record of a job that is about to be handed over. */
export function describeJob(
	job: Job,
	handover: {
		readonly out: string;
		/** The program that the job is arguments of. */
		readonly program: readonly string[];
		readonly retries: number;
		readonly executor: JobRecord['executor'];
		readonly token: string;
		readonly environment?: Record<string, string>;
		readonly device?: string | null;
		readonly replaces?: readonly string[];
	},
): JobRecord {
	const { out, program, retries, executor, token, environment = {}, device = null, replaces = [] } = handover;
	return {
		schemaVersion: 1,
		id: job.id,
		label: job.label,
		token,
		executor,
		command: [...program, ...job.command],
		environment,
		log: path.join(out, 'logs', `${fileName(job.label)}-${job.id}.log`),
		retries,
		checkpoint: job.checkpoint ?? null,
		lockedFolder: job.locks ?? null,
		device,
		replaces: [...replaces],
	};
}
