import { execa } from 'execa';
import { EnvironmentError } from '../../errors.ts';

/** Slurm's controller did not answer, or takes nothing at the moment: the same call may work later. */
export class SlurmOutage extends Error {
	override readonly name = 'SlurmOutage';
}

/** A call that Slurm refused, with what it said. */
export class SlurmRefusal extends Error {
	override readonly name = 'SlurmRefusal';
}

const passing =
	/Unable to contact slurm controller|Socket timed out|Connection (?:refused|timed out|reset)|Zero Bytes were transmitted|temporarily un(?:able|available)|Resource temporarily|SubmitLimit|MaxSubmitJob|Protocol authentication error|Munge .*failed|slurm_(?:receive|send)/iu;

/** Variables of a job around the launcher would be taken for the new job's own: its restarts, its cores. */
function withoutJobVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return Object.fromEntries(
		Object.entries(environment).filter(([name]) => name === 'SLURM_CONF' || !/^SLURM_/u.test(name)),
	);
}

/**
 * Calls a client program of Slurm, for at most a minute.
 *
 * @throws SlurmOutage if the controller is away, SlurmRefusal if it says no, EnvironmentError if there is no Slurm
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
	if (timedOut || passing.test(said)) throw new SlurmOutage(said || `${program} did not answer in a minute`);
	throw new SlurmRefusal(`${program}: ${said || `exit code ${exitCode}`}`);
}
