import { readFileSync } from 'node:fs';
import { UsageError } from '../../errors.ts';
import { quoteForShell } from '../../quote-for-shell.ts';

/** What the site and the person want of every job. */
export interface SiteOptions {
	/** Options of sbatch as on its command line, for example `--partition=gpu --time=8:00:00`; after ours. */
	readonly options?: string;
	/** Generic resources of each job. Default none. */
	readonly gres?: string;
	/** Cores, and threads, of each job. Default: the cluster's. */
	readonly threads?: number;
	/** File of a script with the lines `{{options}}` and `{{command}}`. Default: nothing around the command. */
	readonly template?: string;
	/** How long before the time limit a job is told to write a checkpoint. Default 120 s; Slurm may be 60 s early. */
	readonly noticeSeconds?: number;
}

export interface ArrayScript {
	readonly name: string;
	/** See `commentPrefix`. */
	readonly comment: string;
	/** Labels of the tasks, in order. */
	readonly labels: readonly string[];
	/** Tasks at a time; no limit if null. */
	readonly limit: number | null;
	/** Folder of what the scheduler itself has to say. */
	readonly logs: string;
	readonly command: readonly string[];
	/** An array, or one job (the controller). Default true. */
	readonly array?: boolean;
	readonly site: SiteOptions;
}

/** `exec`: signals of Slurm for the batch shell reach the program itself. */
const defaultTemplate = '#!/bin/bash\n{{options}}\nexec {{command}}\n';

/** @throws UsageError if the file cannot be read or lacks a place for options or command */
export function readTemplate(file: string | undefined): string {
	if (file === undefined) return defaultTemplate;
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch (error) {
		throw new UsageError(
			`--slurm-template: cannot read ${file}: ${(error as Error).message}`,
			'`fewer-labels run --help` shows a template',
			error,
		);
	}
	for (const place of ['{{options}}', '{{command}}']) {
		if (text.includes(place)) continue;
		throw new UsageError(
			`--slurm-template: ${file} has no ${place}`,
			`for example:\n${defaultTemplate.replace('exec', 'module load cuda\nexec')}`,
		);
	}
	if (text.startsWith('#!')) return text;
	throw new UsageError(
		`--slurm-template: ${file} does not start with #!`,
		'write #!/bin/bash as its first line',
	);
}

/** A script for sbatch: an array of jobs that are queued again when they are pre-empted or lose their node. */
export function writeScript(request: ArrayScript): string {
	const { name, comment, labels, limit, logs, site, array = true } = request;
	const options = [
		`--job-name=${name}`,
		`--comment=${comment}`,
		...(array ? [`--array=0-${labels.length - 1}${limit === null ? '' : `%${limit}`}`] : []),
		`--output=${quoteForShell(`${logs}/slurm-${array ? '%A_%a' : '%j'}.log`)}`,
		'--open-mode=append',
		'--ntasks=1',
		...(site.threads ? [`--cpus-per-task=${site.threads}`] : []),
		...(site.gres ? [`--gres=${site.gres}`] : []),
		'--requeue',
		// To the batch shell alone, which is the program: the others get theirs from it.
		`--signal=B:USR1@${site.noticeSeconds ?? 120}`,
		...(site.options?.trim() ? [site.options.trim()] : []),
	];
	const tasks = labels.map((label, index) => `# ${array ? `${index}: ` : ''}${label}`);
	return readTemplate(site.template)
		.replace('{{options}}', () => [...options.map(option => `#SBATCH ${option}`), ...tasks].join('\n'))
		.replace('{{command}}', () => request.command.map(quoteForShell).join(' '));
}

/**
 * Options of sbatch's command line for jobs that wait; they are not in the script, which does not know the ids.
 *
 * @param done ids of jobs that must be done; if one ends otherwise, Slurm cancels those that wait for it
 * @param ended id of an array that must have ended
 */
export function dependencyOptions(done: readonly string[], ended: string | undefined): string[] {
	const conditions = [
		...(done.length > 0 ? [`afterok:${done.join(':')}`] : []),
		...(ended === undefined ? [] : [`afterany:${ended}`]),
	];
	return conditions.length === 0 ? [] : [`--dependency=${conditions.join(',')}`, '--kill-on-invalid-dep=yes'];
}
