import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type TestFn } from 'ava';
import { type Cluster, slurmIsInstalled, startCluster } from '../../../ci/slurm/cluster.ts';
import { createSlurmExecutor } from '../../../harness/launch/slurm/executor.ts';
import { testExecutor } from './conformance.ts';

const quick = {
	pollMs: 200,
	slowestQueueMs: 1000,
	settleMs: 500,
	leaveAfterMs: 5000,
	site: { gres: 'gpu:1', threads: 1 },
};

if (slurmIsInstalled()) {
	const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'fl-slurm-')));
	let cluster: Cluster;
	test.before(async () => {
		cluster = await startCluster({ lifeOf: process.pid, folder, nodes: 2, cpus: 4, gpus: 4 });
		Object.assign(process.env, cluster.environment);
	});
	test.after.always(async () => {
		await cluster?.stop();
		rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
	});
	testExecutor(test as TestFn, {
		name: 'slurm',
		create: options => createSlurmExecutor({ ...quick, ...options }),
		options: () => quick,
		firstInterruptionEndsJobs: false,
		patienceMs: 800,
	});
} else {
	test.skip('Slurm is not installed: jobs on a throw-away cluster are not tested', () => {});
}
