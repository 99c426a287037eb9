import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readTextIfThere } from '../../read-if-there.ts';
import { writeFileAtomically } from '../../write-atomically.ts';
import type { Submission } from '../backend.ts';
import { runJobProgram } from '../program.ts';
import { jobName } from './job-name.ts';
import { commentPrefix } from './queue.ts';
import { type SiteOptions, writeScript } from './script.ts';

/** Arrays of Slurm hold a thousand tasks unless the site says otherwise. */
export const largestArray = 1000;

const listSchema = z.object({
	/** Folder of each task's job. */
	folders: z.array(z.string()),
	/** Token of each task's job record. */
	tokens: z.array(z.string()),
});
export type ArrayList = z.infer<typeof listSchema>;

const arrayFolder = (out: string): string => path.join(out, 'slurm');
const listOf = (out: string, name: string): string => path.join(arrayFolder(out), `${name}.json`);
const scriptOf = (out: string, kind: string, name: string): string =>
	path.join(arrayFolder(out), `${kind}-${name}.sh`);

/** Jobs of an array by its name; undefined if this output folder has none of the name. */
export function readArrayList(out: string, name: string): ArrayList | undefined {
	// The comment of a job on the cluster is anybody's text.
	if (!/^[\da-f-]{36}$/u.test(name)) return undefined;
	const text = readTextIfThere(listOf(out, name));
	return text === undefined ? undefined : listSchema.parse(JSON.parse(text));
}

/**
 * Writes what one call of sbatch needs: the script, and the list of the tasks' jobs beside it.
 *
 * @returns name of the submission and path of the script
 */
export function writeArray(request: {
	readonly out: string;
	readonly kind: string;
	readonly submissions: readonly Submission[];
	readonly limit: number | null;
	readonly site: SiteOptions;
}): { readonly name: string; readonly script: string } {
	const { out, kind, submissions, limit, site } = request;
	const name = randomUUID();
	const list = listOf(out, name);
	const logs = path.join(out, 'logs');
	mkdirSync(logs, { recursive: true });
	const content: ArrayList = {
		folders: submissions.map(({ folder }) => folder),
		tokens: submissions.map(({ record }) => record.token),
	};
	writeFileAtomically(list, `${JSON.stringify(content, undefined, '\t')}\n`);
	const script = scriptOf(out, kind, name);
	const text = writeScript({
		name: jobName(out, kind),
		comment: `${commentPrefix}${name}`,
		labels: submissions.map(({ job }) => job.label),
		limit,
		logs,
		command: [...runJobProgram, list],
		site,
	});
	writeFileAtomically(script, text);
	return { name, script };
}

/** Removes what `writeArray` wrote for an array that Slurm did not take. */
export function removeArray(out: string, kind: string, name: string): void {
	for (const file of [listOf(out, name), scriptOf(out, kind, name)]) rmSync(file, { force: true });
}
