import { fileURLToPath } from 'node:url';

/** How a job calls this project: Node and the command line of this checkout, by absolute paths. */
export const fewerLabels: readonly string[] = [
	process.execPath,
	fileURLToPath(new URL('../cli/fewer-labels.js', import.meta.url)),
];

/** How a launcher starts a job, see `run-job.ts`. */
export const runJobProgram: readonly string[] = [
	process.execPath,
	fileURLToPath(new URL('run-job.js', import.meta.url)),
];
