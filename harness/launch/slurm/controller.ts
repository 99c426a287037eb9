import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { digestOf } from '../../canonical-json.ts';
import { EnvironmentError, UsageError } from '../../errors.ts';
import { writeFileAtomically } from '../../write-atomically.ts';
import { describeJob } from '../describe-job.ts';
import { jobFolder, writeJobRecord } from '../job-files.ts';
import { fewerLabels, runJobProgram } from '../program.ts';
import { callSlurm, SlurmLimit, SlurmRefusal } from './commands.ts';
import { jobName } from './job-name.ts';
import { commentPrefix, readQueue } from './queue.ts';
import { type SiteOptions, writeScript } from './script.ts';

export interface ControllerRequest {
	readonly out: string;
	/** Arguments of `fewer-labels`: the launch itself, which must not detach. */
	readonly command: readonly string[];
	readonly site: SiteOptions;
	/** The program that the command is arguments of. Default `fewer-labels`. */
	readonly program?: readonly string[];
}

// Each launch of the controller after a pre-emption or a time limit finds everything as the one before left it.
const controllerRetries = 1000;

/**
 * Lets a launch go on as a small job of the cluster itself: the identities of runs follow from what their
 * prerequisites reply, so that somebody has to wait for these, and to try again what was lost.
 *
 * @returns id of the job, and whether it was there before
 * @throws SlurmOutage if the controller of the cluster is away, UsageError if it refuses
 */
export async function submitController(
	request: ControllerRequest,
): Promise<{ readonly id: string; readonly before: boolean }> {
	const { out, command, site, program = fewerLabels } = request;
	const name = `controller-${digestOf(out).slice(0, 12)}`;
	const before = (await readQueue()).find(
		({ submission, view }) => submission === name && view.state !== 'ended',
	);
	if (before?.view.id) return { id: before.view.id, before: true };
	const job = { id: 'launcher', label: 'launcher', command, checkpoint: path.join(out, 'launch.json') };
	const folder = jobFolder(out, job.id);
	const handover = {
		out,
		program,
		retries: controllerRetries,
		executor: 'slurm',
		token: randomUUID(),
	} as const;
	writeJobRecord(folder, describeJob(job, handover));
	const logs = path.join(out, 'logs');
	mkdirSync(logs, { recursive: true });
	const script = path.join(out, 'slurm', 'launcher.sh');
	const text = writeScript({
		name: jobName(out, 'launcher'),
		comment: `${commentPrefix}${name}`,
		labels: [command.join(' ')],
		limit: null,
		logs,
		command: [...runJobProgram, folder],
		array: false,
		site,
	});
	writeFileAtomically(script, text);
	try {
		const id = (await callSlurm('sbatch', ['--parsable', script])).trim().split(';')[0];
		return { id, before: false };
	} catch (error) {
		if (error instanceof SlurmLimit) {
			throw new EnvironmentError(
				`Slurm takes no more jobs for now (${error.message}), not even the launcher's own`,
				'repeat this when some of your jobs have ended, or leave --detach out',
			);
		}
		if (!(error instanceof SlurmRefusal)) throw error;
		throw new UsageError(
			`Slurm refuses the launcher's job: ${error.message}`,
			`change --slurm-controller-options; the script is ${script}`,
			error,
		);
	}
}
