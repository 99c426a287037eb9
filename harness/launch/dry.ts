import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { countOf } from '../count-of.ts';
import { quoteForShell } from '../quote-for-shell.ts';
import { writeFileAtomically } from '../write-atomically.ts';
import { describeJob } from './describe-job.ts';
import type { Executor, Job } from './executor.ts';
import { jobFolder, writeJobRecord } from './job-files.ts';
import { fewerLabels } from './program.ts';
import { writeArray } from './slurm/array.ts';
import type { SlurmOptions } from './slurm/executor.ts';
import { groupArrays } from './slurm/group-arrays.ts';
import { dependencyOptions } from './slurm/script.ts';

/**
 * Writes what the Slurm launcher would submit, job files and all, to OUT/dry, and submits nothing: the scripts, and
 * `submit-KIND.sh` with the calls of sbatch. Running that by hand does what the launcher does, but for its retries; it
 * refuses to run jobs that are a preview.
 */
export function createDryExecutor(
	options: SlurmOptions & { readonly tell: (text: string) => void },
): Executor {
	const { concurrency = null, program = fewerLabels, retries = 2, site = {}, tell } = options;
	const out = path.join(options.out, 'dry');
	return async (jobs, hooks) => {
		const submissions = jobs.map(job => {
			const folder = jobFolder(out, job.id);
			const environment = site.threads
				? { TF_NUM_INTRAOP_THREADS: String(site.threads), TF_NUM_INTEROP_THREADS: '1' }
				: undefined;
			const record = describeJob(job, {
				out,
				program,
				retries,
				executor: 'slurm',
				token: randomUUID(),
				environment,
			});
			writeJobRecord(folder, record);
			return { job, folder, record };
		});
		const lines: string[] = [];
		const variables = new Map<string, string>();
		const kinds: string[] = [];
		for (const [index, plan] of groupArrays(submissions, concurrency !== null).entries()) {
			const { script } = writeArray({
				out,
				kind: plan.kind,
				submissions: plan.items,
				limit: concurrency,
				site,
			});
			const variable = `array${index}`;
			const before = plan.after.flatMap(id => variables.get(id) ?? []);
			const behind = plan.behind === undefined ? undefined : `\${array${plan.behind}}`;
			const dependency = dependencyOptions(before, behind).map(option => `${option} `);
			lines.push(`${variable}=$(sbatch --parsable ${dependency.join('')}${quoteForShell(script)})`);
			plan.items.forEach(({ job }, task) => {
				variables.set(job.id, `\${${variable}}_${task}`);
			});
			if (!kinds.includes(plan.kind)) kinds.push(plan.kind);
		}
		const script = path.join(out, `submit-${kinds.join('-') || 'nothing'}.sh`);
		mkdirSync(out, { recursive: true });
		const preview = jobs.find(job => job.preview !== undefined)?.preview;
		const refusal = preview === undefined ? [] : [`echo ${quoteForShell(preview)} >&2`, 'exit 1'];
		writeFileAtomically(script, `${['#!/bin/bash', 'set -e', ...refusal, ...lines].join('\n')}\n`);
		tell(
			`${script}: ${countOf(jobs.length, 'job')} in ${countOf(lines.length, 'array')}; nothing is submitted`,
		);
		if (preview !== undefined) tell(preview);
		return jobs.map((job: Job) => {
			const outcome = {
				job,
				state: 'not started',
				message: `written to ${script}`,
				exitCode: null,
				result: undefined,
			} as const;
			hooks.onEnd(outcome);
			return outcome;
		});
	};
}
