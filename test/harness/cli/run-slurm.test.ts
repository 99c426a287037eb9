import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { execa } from 'execa';
import { type Cluster, slurmIsInstalled, startCluster } from '../../../ci/slurm/cluster.ts';
import { readQueue } from '../../../harness/launch/slurm/queue.ts';
import { binary, temporaryFolder } from './run-binary.ts';

// A grid with what it needs first (the feature network, a classifier's labels), here and on a throw-away cluster.
const grid = [
	...['run', '--suite', 'smoke', '--methods', 'single-label,s3gan', '--labels', '10%', '--seeds', '1,2'],
	...['--steps', '3', '--threads', '1', '--json'],
];
const slurm = ['--launcher', 'slurm', '--gres', 'gpu:1', '--slurm-options', '--time=30'];

/** As `runBinary`, but lets the test's own clock run: on a busy machine it takes minutes. */
async function run(parameters: readonly string[]) {
	const { exitCode, stdout, stderr } = await execa(process.execPath, [binary, ...parameters], {
		reject: false,
	});
	return { status: exitCode, stdout, stderr };
}

/** What runs left, by folder: the names carry the identities. */
const resultsOf = (out: string): Map<string, string> =>
	new Map(
		readdirSync(path.join(out, 'runs')).map(name => [
			name,
			readFileSync(path.join(out, 'runs', name, 'result.json'), 'utf8'),
		]),
	);

if (slurmIsInstalled()) {
	const folder = temporaryFolder(test);
	const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'fl-slurm-')));
	let cluster: Cluster;
	test.before(async () => {
		cluster = await startCluster({ lifeOf: process.pid, folder: home, nodes: 2, cpus: 2, gpus: 2 });
		Object.assign(process.env, cluster.environment);
	});
	test.after.always(async () => {
		await cluster?.stop();
		rmSync(home, { recursive: true, force: true, maxRetries: 5 });
	});

	test.serial('a grid on Slurm gives the same bytes as on this machine, prerequisites included', async t => {
		t.timeout(1_200_000, 'long before on a busy machine');
		const [here, there] = [path.join(folder, 'here'), path.join(folder, 'there')];
		const local = await run([...grid, '--jobs', '2', '--out', here]);
		t.is(local.status, 0, local.stderr);
		const remote = await run([...grid, ...slurm, '--jobs', '2', '--out', there]);
		t.is(remote.status, 0, remote.stderr);
		t.like(JSON.parse(remote.stdout), { ok: true, runs: 4, done: 4, failed: [], holes: [] });
		t.deepEqual(resultsOf(there), resultsOf(here));
		t.is(resultsOf(there).size, 4);
		const scripts = readdirSync(path.join(there, 'slurm')).filter(name => name.endsWith('.sh'));
		// The data, then the labels that wait for them, then all runs.
		t.deepEqual(scripts.map(name => name.split('-')[0]).sort(), ['prepare', 'prepare', 'train']);
		for (const run of readdirSync(path.join(there, 'runs'))) {
			const manifest = JSON.parse(readFileSync(path.join(there, 'runs', run, 'manifest.json'), 'utf8')) as {
				environment: Record<string, string>;
			};
			t.regex(manifest.environment.CUDA_VISIBLE_DEVICES, /^[01]$/u);
			t.truthy(manifest.environment.SLURM_JOB_ID);
		}
		const again = await run([...grid, ...slurm, '--out', there]);
		t.is(again.status, 0, again.stderr);
		t.regex(again.stderr, /4 runs: 4 done before, 0 to do/u);
	});

	test.serial('detached, the launcher goes on as a job of the cluster', async t => {
		t.timeout(1_200_000, 'long before on a busy machine');
		const out = path.join(folder, 'there');
		const more = [...grid.map(text => (text === '1,2' ? '1,2,3' : text)), ...slurm, '--detach', '--out', out];
		const { status, stdout, stderr } = await run(more);
		t.is(status, 0, stderr);
		t.regex(stderr, /Slurm job \d+ launches 6 runs and goes on without this terminal/u);
		t.false((JSON.parse(stdout) as { before: boolean }).before);
		const second = await run(more);
		t.is(second.status, 0, second.stderr);
		t.regex(second.stderr, /works on .* already/u);
		for (const deadline = Date.now() + 900_000; Date.now() < deadline; await sleep(500)) {
			const launchers = (await readQueue()).filter(({ submission }) => submission.startsWith('controller-'));
			if (launchers.length > 0 && launchers.every(({ view }) => view.state === 'ended')) break;
		}
		t.is(resultsOf(out).size, 6);
	});
} else {
	test.skip('Slurm is not installed: a grid on a throw-away cluster is not tested', () => {});
}
