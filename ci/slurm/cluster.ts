import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError } from '../../harness/errors.ts';
import { listIfThere, readTextIfThere } from '../../harness/read-if-there.ts';
import { type ClusterShape, gresConfiguration, slurmConfiguration } from './configuration.ts';

export interface ClusterOptions {
	/** Keys, sockets, logs and state; made if need be. A short path: sockets lie in it. */
	readonly folder: string;
	/** Virtual nodes n1, n2, … on this host. Default 2. */
	readonly nodes?: number;
	/** Cores that each node declares, whatever the hardware has. Default 2. */
	readonly cpus?: number;
	/** Stand-in GPUs of each node. Default 2. */
	readonly gpus?: number;
	/** A process whose end, however it comes, ends the cluster as well. Default: none, the cluster stays. */
	readonly lifeOf?: number;
}

export interface Cluster {
	readonly folder: string;
	/** For every client command: `SLURM_CONF`. */
	readonly environment: Readonly<Record<string, string>>;
	/** Processes of a daemon: `slurmctld`, `munged`, or a node's `slurmd`. */
	readonly pid: (daemon: string) => number | undefined;
	/** Starts a daemon again that was killed. */
	readonly start: (daemon: string) => void;
	/** Cancels all jobs and ends all daemons. */
	readonly stop: () => Promise<void>;
}

const daemonPath = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;

/** Whether Slurm's daemons and clients and munge are installed; no service of theirs is used. */
export function slurmIsInstalled(): boolean {
	return ['slurmctld', 'slurmd', 'munged', 'sbatch', 'squeue', 'scontrol'].every(program =>
		daemonPath.split(':').some(folder => folder !== '' && existsSync(path.join(folder, program))),
	);
}

/** Ports that nothing listens on now. */
async function freePorts(count: number): Promise<number[]> {
	const servers = await Promise.all(
		Array.from({ length: count }, async () => {
			const server = createServer();
			await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
			return server;
		}),
	);
	const ports = servers.map(server => (server.address() as { port: number }).port);
	await Promise.all(servers.map(async server => new Promise(resolve => server.close(resolve))));
	return ports;
}

/** Slurm wants device files; the null device's number does. Where only root may make one, terminals do. */
function makeStandInGpus(folder: string, node: string, count: number, first: number): string[] {
	return Array.from({ length: count }, (_, index) => {
		const file = path.join(folder, 'devices', `${node}-gpu${index}`);
		if (existsSync(file) || spawnSync('mknod', [file, 'c', '1', '3']).status === 0) return file;
		return `/dev/tty${first + index}`;
	});
}

/**
 * Starts a private throw-away cluster on this host: own keys, sockets and ports, nothing in /etc, no services. Any
 * user may; the jobs run as that user.
 *
 * @throws EnvironmentError if Slurm is not installed or does not come up
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
	if (!slurmIsInstalled()) {
		throw new EnvironmentError(
			'Slurm is not installed',
			'apt-get install --no-install-recommends slurm-wlm slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge',
		);
	}
	const { folder, nodes = 2, cpus = 2, gpus = 2 } = options;
	for (const part of ['state', 'run', 'log', 'devices', 'spool'])
		mkdirSync(path.join(folder, part), { recursive: true });
	// munged refuses a socket that not everybody can reach; the key has a mode of its own.
	chmodSync(folder, 0o755);
	const names = Array.from({ length: nodes }, (_, index) => `n${index + 1}`);
	for (const name of names) mkdirSync(path.join(folder, 'spool', name), { recursive: true });
	writeFileSync(path.join(folder, 'munge.key'), randomBytes(1024), { mode: 0o600 });
	// Ports that were free a moment ago may be another cluster's by now.
	for (let attempt = 1; attempt <= 3; attempt += 1) {
		const [controllerPort, ...nodePorts] = await freePorts(nodes + 1);
		const shape: ClusterShape = {
			folder,
			host: hostname().split('.')[0],
			user: userInfo().username,
			controllerPort,
			nodes: names.map((name, index) => ({
				name,
				port: nodePorts[index],
				cpus,
				gpus: makeStandInGpus(folder, name, gpus, index * gpus),
			})),
		};
		writeFileSync(path.join(folder, 'gres.conf'), gresConfiguration(shape));
		writeFileSync(path.join(folder, 'slurm.conf'), slurmConfiguration(shape));
		const cluster = openCluster(folder);
		for (const daemon of ['munged', 'slurmctld', ...names]) cluster.start(daemon);
		if (await comesUp(cluster, nodes)) {
			if (options.lifeOf !== undefined) endWith(options.lifeOf, cluster);
			return cluster;
		}
		await cluster.stop();
	}
	throw new EnvironmentError(`the cluster in ${folder} did not come up`, `see ${path.join(folder, 'log')}`);
}

async function comesUp({ environment }: Cluster, nodes: number): Promise<boolean> {
	for (const deadline = Date.now() + 40_000; Date.now() < deadline; await sleep(50)) {
		const states = run(
			'sinfo',
			['--noheader', '--partition=main', '--Node', '--format=%t'],
			environment,
		).split('\n');
		if (states.filter(state => state === 'idle').length >= nodes) return true;
	}
	return false;
}

function run(program: string, parameters: readonly string[], environment: Readonly<Record<string, string>>) {
	return String(
		spawnSync(program, parameters, { encoding: 'utf8', env: { ...process.env, ...environment } }).stdout ??
			'',
	);
}

/** Watches a process from a shell of its own, which outlives a test that is killed. */
function endWith(pid: number, { folder, environment }: Cluster): void {
	const script = `while kill -0 ${pid}; do sleep 2; done; scancel --user="$(id -un)"; sleep 8; kill $(cat "$0"/run/*.pid)`;
	spawn('sh', ['-c', script, folder], {
		detached: true,
		stdio: 'ignore',
		env: { ...process.env, ...environment },
	}).unref();
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
	try {
		if (pid) process.kill(pid, name);
	} catch {
		// It has ended by itself.
	}
}

/** The cluster that `startCluster` started in a folder, also by another process. */
export function openCluster(folder: string): Cluster {
	const environment = { SLURM_CONF: path.join(folder, 'slurm.conf') };
	const inRun = (name: string): string => path.join(folder, 'run', name);
	const pidFile = (daemon: string): string =>
		inRun(daemon === 'munged' || daemon === 'slurmctld' ? `${daemon}.pid` : `slurmd-${daemon}.pid`);
	const pid = (daemon: string): number | undefined => {
		// Daemons that end remove their pid files; those that are killed leave them.
		const number = Number(readTextIfThere(pidFile(daemon)) ?? 0);
		if (!(number > 0)) return undefined;
		// The number may be another process's by now.
		const name = daemon === 'munged' || daemon === 'slurmctld' ? daemon : 'slurmd';
		return readTextIfThere(`/proc/${number}/cmdline`)?.includes(name) ? number : undefined;
	};
	const start = (daemon: string): void => {
		const files = [
			`--socket=${inRun('munge.socket')}`,
			`--pid-file=${inRun('munged.pid')}`,
			`--key-file=${path.join(folder, 'munge.key')}`,
			`--log-file=${path.join(folder, 'log', 'munged.log')}`,
			`--seed-file=${inRun('munge.seed')}`,
		];
		const [program, parameters] =
			daemon === 'munged'
				? ['munged', files]
				: daemon === 'slurmctld'
					? ['slurmctld', []]
					: ['slurmd', ['-N', daemon]];
		// Without pipes: a daemon that kept one open would hold up whoever waits for its end.
		spawnSync(program, parameters, {
			stdio: 'ignore',
			env: { ...process.env, ...environment, PATH: daemonPath },
		});
	};
	const stop = async (): Promise<void> => {
		if (pid('slurmctld')) {
			run('scancel', ['--user', userInfo().username], environment);
			for (let wait = 0; wait < 100 && run('squeue', ['--noheader'], environment) !== ''; wait += 1)
				await sleep(100);
		}
		const nodes = listIfThere(inRun('')).flatMap(
			file => /^slurmd-(?<node>.+)\.pid$/u.exec(file)?.groups?.node ?? [],
		);
		for (const daemon of [...nodes, 'slurmctld', 'munged']) {
			signal(pid(daemon), 'SIGTERM');
			for (let wait = 0; wait < 50 && pid(daemon); wait += 1) await sleep(50);
			signal(pid(daemon), 'SIGKILL');
			rmSync(pidFile(daemon), { force: true });
		}
	};
	return { folder, environment, pid, start, stop };
}
