import { execa } from 'execa';
import { EnvironmentError } from '../../errors.ts';

/** Slurm's controller did not answer, or takes nothing at the moment: the same call may work later. */
export class SlurmOutage extends Error {
	override readonly name = 'SlurmOutage';
}

/** Slurm takes no more jobs of this user, account or kind for now, with the limit's name. */
export class SlurmLimit extends Error {
	override readonly name = 'SlurmLimit';
}

/** An array has more tasks than the site allows (`MaxArraySize`). */
export class SlurmArrayTooLarge extends Error {
	override readonly name = 'SlurmArrayTooLarge';
}

/** A call that Slurm refused, with what it said. */
export class SlurmRefusal extends Error {
	override readonly name = 'SlurmRefusal';
}

const passing =
	/Unable to contact slurm controller|Socket timed out|Connection (?:refused|timed out|reset)|Zero Bytes were transmitted|temporarily un(?:able|available)|Resource temporarily|Protocol authentication error|Munge .*failed|slurm_(?:receive|send)/iu;

// `QOSMaxSubmitJobPerUserLimit`, `AssocMaxSubmitJobLimit`, `QOSGrpSubmitJobsLimit`, …; limits of another kind (time, size
// of a job) bear no `Submit` in their names, and no waiting helps against them.
const submitLimit = /\b\w*Submit\w*Limit\b|\bMaxSubmitJobs?\w*\b/u;
const arrayTooLarge = /Invalid job array specification/iu;

/** Variables of a job around the launcher would be taken for the new job's own: its restarts, its cores. */
function withoutJobVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return Object.fromEntries(
		Object.entries(environment).filter(([name]) => name === 'SLURM_CONF' || !/^SLURM_/u.test(name)),
	);
}

/**
 * Calls a client program of Slurm, for at most a minute.
 *
 * @throws SlurmOutage if the controller is away, SlurmLimit or SlurmArrayTooLarge if that is why it takes no jobs,
 * SlurmRefusal if it says no otherwise, EnvironmentError if there is no Slurm
 */
export async function callSlurm(program: string, parameters: readonly string[]): Promise<string> {
	const { exitCode, stdout, stderr, code, timedOut } = await execa(program, [...parameters], {
		reject: false,
		stdin: 'ignore',
		timeout: 60_000,
		env: withoutJobVariables(process.env),
		extendEnv: false,
	});
	if (code === 'ENOENT') {
		throw new EnvironmentError(
			`${program}: command not found`,
			'run this on a machine where Slurm’s client programs are (a login node), or use --launcher local',
		);
	}
	if (exitCode === 0) return stdout;
	if (/Could not establish a configuration source/u.test(stderr)) {
		throw new EnvironmentError(
			`${program}: Slurm’s client programs are here, but no cluster is configured (SLURM_CONF is ${process.env.SLURM_CONF ?? 'not set'})`,
			'run this on a login node of the cluster, set SLURM_CONF to its slurm.conf, or use --launcher local',
		);
	}
	const said = stderr.trim().replace(/\s*\n\s*/gu, '; ');
	const [limit] = submitLimit.exec(said) ?? [];
	if (limit !== undefined) throw new SlurmLimit(limit);
	if (arrayTooLarge.test(said)) throw new SlurmArrayTooLarge(said);
	if (timedOut || passing.test(said)) throw new SlurmOutage(said || `${program} did not answer in a minute`);
	throw new SlurmRefusal(`${program}: ${said || `exit code ${exitCode}`}`);
}
