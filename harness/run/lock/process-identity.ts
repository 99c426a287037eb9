import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';

/** A process as others can recognise it, also after its number was given to another one. */
export const processIdentitySchema = z.looseObject({
	host: z.string(),
	pid: z.number().int(),
	/** In the operating system's own form; equal for equal processes. Null where the system does not tell. */
	processStartTime: z.string().nullable(),
	/** Changes with every start of the machine. */
	bootId: z.string().nullable(),
	/** Stays the machine's own; hosts in different networks may have equal names. */
	machineId: z.string().nullable(),
	/** Process numbers mean something inside of it only; containers have their own. */
	pidNamespace: z.string().nullable(),
	schedulerJobId: z.string().nullable(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

function quietly(read: () => string): string | null {
	try {
		return read().trim() || null;
	} catch {
		return null;
	}
}

const command = (program: string, ...parameters: string[]): string | null =>
	quietly(() =>
		execFileSync(program, parameters, {
			encoding: 'utf8',
			timeout: 5000,
			stdio: ['ignore', 'pipe', 'ignore'],
		}),
	);

/** When a process of this machine started, null if there is no such process (or the system does not tell). */
function startTimeOf(pid: number): string | null {
	if (process.platform !== 'linux') return command('ps', '-o', 'lstart=', '-p', String(pid));
	const status = quietly(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
	// The program's name, in brackets, may hold spaces; after it the state is the 3rd field and the start the 22nd.
	const fields = status?.slice(status.lastIndexOf(')') + 2).split(' ');
	// A zombie has ended, though its parent has not taken note of it.
	return fields === undefined || fields[0] === 'Z' ? null : (fields[19] ?? null);
}

/** The part of the identity that all processes of this machine share. */
function machine(): Pick<ProcessIdentity, 'host' | 'bootId' | 'machineId' | 'pidNamespace'> {
	const linux = process.platform === 'linux';
	return {
		host: hostname(),
		bootId: linux
			? quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))
			: command('sysctl', '-n', 'kern.bootsessionuuid'),
		machineId: linux ? quietly(() => readFileSync('/etc/machine-id', 'utf8')) : null,
		pidNamespace: linux ? quietly(() => readlinkSync('/proc/self/ns/pid')) : null,
	};
}

let known: ReturnType<typeof machine> | undefined;
const thisMachine = (): ReturnType<typeof machine> => (known ??= machine());

/** This process. */
export function identifyThisProcess(environment: NodeJS.ProcessEnv = process.env): ProcessIdentity {
	const { SLURM_JOB_ID: job, SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task } = environment;
	return {
		...thisMachine(),
		pid: process.pid,
		processStartTime: startTimeOf(process.pid),
		schedulerJobId: array && task ? `${array}_${task}` : (job ?? null),
	};
}

/**
 * Whether a process still runs, undefined if that cannot be told from here: it is one of another machine, or of a
 * container that hides its processes.
 */
export function isRunning(owner: ProcessIdentity): boolean | undefined {
	const here = thisMachine();
	if (owner.host !== here.host || owner.machineId !== here.machineId) return undefined;
	// The machine was started anew: nothing of before runs.
	if (owner.bootId !== here.bootId) return false;
	if (owner.pidNamespace !== here.pidNamespace) return undefined;
	const startTime = startTimeOf(owner.pid);
	return startTime !== null && startTime === owner.processStartTime;
}
