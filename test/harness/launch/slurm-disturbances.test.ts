import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { type Cluster, slurmIsInstalled, startCluster } from '../../../ci/slurm/cluster.ts';
import { disturb, disturbances, disturbedOptions, noticeSeconds } from '../../../ci/slurm/disturb.ts';
import { jobFolder } from '../../../harness/launch/job-files.ts';
import { createSlurmExecutor } from '../../../harness/launch/slurm/executor.ts';
import { readLock } from '../../../harness/run/lock/run-lock.ts';
import {
	launch,
	standInJob,
	standInProgram,
	temporaryOut,
	ticksOf,
	until,
	workEvents,
} from './conformance.ts';

// Each on a node of its own, all at the same time: most of it is waiting for Slurm's own clocks. The death of the
// controller befalls all of them.
if (slurmIsInstalled()) {
	const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'fl-slurm-')));
	let cluster: Cluster;
	test.before(async () => {
		cluster = await startCluster({ folder, nodes: disturbances.length, cpus: 2, gpus: 1 });
		Object.assign(process.env, cluster.environment);
	});
	test.after.always(async () => {
		await cluster?.stop();
		rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
	});
	for (const [index, disturbance] of disturbances.entries()) {
		test(`${disturbance}: the job goes on from its checkpoint, and nothing is done twice`, async t => {
			t.timeout(240_000);
			const out = temporaryOut(t);
			const node = `n${index + 1}`;
			const ticks = 100;
			const job = standInJob(out, 'a', { ticks, tickMs: 400 });
			const { outcomes, notices } = launch(
				createSlurmExecutor({
					out,
					program: standInProgram,
					pollMs: 500,
					settleMs: 1000,
					site: { options: disturbedOptions(disturbance, node), gres: 'gpu:1', noticeSeconds },
				}),
				[job],
			);
			// A node that dies in the first seconds of a job is noticed late.
			await until(() => ticksOf(out, 'a').length > 15, 'a job at work');
			await sleep(500);
			await disturb(disturbance, cluster, node, readLock(jobFolder(out, 'a'))!.lock!.owner.pid);
			const [outcome] = await outcomes;
			t.is(outcome.state, 'done', `${outcome.message}\n${notices.join('\n')}`);
			const events = workEvents(out);
			t.deepEqual(
				[...new Set(ticksOf(out, 'a'))],
				Array.from({ length: ticks }, (_, tick) => String(tick)),
			);
			// A crashed node may lose the tick that it was about to write down; nothing else is done again.
			t.true(ticksOf(out, 'a').length <= ticks + (disturbance === 'killed node' ? 1 : 0));
			const starts = events.filter(({ event }) => event === 'start').length;
			t.is(starts, disturbance === 'killed slurmctld' ? 1 : 2);
			t.is(events.filter(({ event }) => event === 'end').length, 1);
			t.log(`${Math.round((events.at(-1)!.time - events[0].time) / 1000)} s, ${notices.join('; ')}`);
		});
	}
} else {
	test.skip('Slurm is not installed: disturbances of jobs are not tested', () => {});
}
