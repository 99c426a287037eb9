import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ancestorNamed } from '../../harness/launch/ancestors.ts';
import type { Cluster } from './cluster.ts';

/** What can befall a job on a cluster; the time limit comes by itself. */
export type Disturbance =
	| 'pre-emption'
	| 'time limit'
	| 'killed node'
	| 'killed slurmctld'
	| 'killed slurmstepd';
export const disturbances: readonly Disturbance[] = [
	'pre-emption',
	'time limit',
	'killed node',
	'killed slurmctld',
	'killed slurmstepd',
];

function childrenOf(pid: number): number[] {
	return readdirSync('/proc')
		.filter(name => /^\d+$/u.test(name))
		.map(Number)
		.filter(child => {
			try {
				const text = readFileSync(`/proc/${child}/stat`, 'utf8');
				return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]) === pid;
			} catch {
				return false;
			}
		});
}

const treeOf = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(treeOf)];

function kill(pids: readonly (number | undefined)[]): void {
	for (const pid of pids) {
		try {
			if (pid) process.kill(pid, 'SIGKILL');
		} catch {
			// Gone with its parent.
		}
	}
}

/**
 * Disturbs a job that is at work; does nothing if it has ended by now.
 *
 * @param owner process that owns the job: the `pid` in its `lock.json`
 * @returns whether the job was still at work
 */
export async function disturb(
	disturbance: Disturbance,
	cluster: Cluster,
	node: string,
	owner: number,
): Promise<boolean> {
	const stepd = ancestorNamed('slurmstepd', owner);
	if (stepd === undefined) {
		if (existsSync(`/proc/${owner}`)) throw new Error(`process ${owner} is not a job of Slurm's`);
		return false;
	}
	switch (disturbance) {
		case 'pre-emption': {
			const command = ['--partition=high', '--exclusive', `--nodelist=${node}`, '--output=/dev/null'];
			execFileSync('sbatch', [...command, '--wrap=sleep 1'], {
				env: { ...process.env, ...cluster.environment },
			});
			break;
		}
		case 'killed node':
			kill([cluster.pid(node), ...treeOf(stepd)]);
			await sleep(1000);
			cluster.start(node);
			break;
		case 'killed slurmctld':
			kill([cluster.pid('slurmctld')]);
			await sleep(5000);
			cluster.start('slurmctld');
			break;
		case 'killed slurmstepd':
			kill([stepd]);
			break;
		case 'time limit':
	}
	return true;
}
