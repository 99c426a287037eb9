import { mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Cluster, slurmIsInstalled, startCluster } from '../../../ci/slurm/cluster.ts';
import { disturb } from '../../../ci/slurm/disturb.ts';
import type { Executor } from '../../../harness/launch/executor.ts';
import { jobFolder, readJobRecord } from '../../../harness/launch/job-files.ts';
import { createSlurmExecutor } from '../../../harness/launch/slurm/executor.ts';
import { readLock } from '../../../harness/run/lock/lock-file.ts';
import {
	launch,
	standInJob,
	standInProgram,
	temporaryOut,
	ticksOf,
	until,
	workEvents,
} from './conformance.ts';

// What Slurm itself is quick about. Lost nodes and time limits take it minutes: ci/slurm/check-disturbances.ts.
if (slurmIsInstalled()) {
	const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'fl-slurm-')));
	let cluster: Cluster;
	test.before(async () => {
		cluster = await startCluster({ lifeOf: process.pid, folder, nodes: 1, cpus: 2, gpus: 1 });
		Object.assign(process.env, cluster.environment);
	});
	test.after.always(async () => {
		await cluster?.stop();
		rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
	});
	const create = (out: string, options = ''): Executor =>
		createSlurmExecutor({
			out,
			program: standInProgram,
			pollMs: 300,
			settleMs: 1500,
			site: { options, gres: 'gpu:1' },
		});
	const everyTickOnce = (t: ExecutionContext, out: string, ticks: number): void => {
		t.deepEqual(
			ticksOf(out, 'a'),
			Array.from({ length: ticks }, (_, tick) => String(tick)),
		);
	};
	const owner = (out: string): number => readLock(jobFolder(out, 'a'))!.lock!.owner.pid;
	const startsOf = (out: string): number => workEvents(out).filter(({ event }) => event === 'start').length;

	test.serial('a pre-empted job writes a checkpoint, is queued again, and goes on from it', async t => {
		t.timeout(240_000);
		const out = temporaryOut(t);
		const { outcomes, notices } = launch(create(out), [standInJob(out, 'a', { ticks: 20, tickMs: 200 })]);
		await until(() => ticksOf(out, 'a').length > 3, 'a job at work');
		await disturb('pre-emption', cluster, 'n1', owner(out));
		const [outcome] = await outcomes;
		t.is(outcome.state, 'done', outcome.message);
		everyTickOnce(t, out, 20);
		t.is(startsOf(out), 2);
		// Slurm queued it again, not the launcher.
		t.deepEqual(notices, []);
	});

	test.serial('a job pre-empted more often than allowed has failed', async t => {
		t.timeout(240_000);
		const out = temporaryOut(t);
		const executor = createSlurmExecutor({
			out,
			program: standInProgram,
			retries: 0,
			pollMs: 300,
			settleMs: 1500,
		});
		const { outcomes } = launch(executor, [standInJob(out, 'a', { ticks: 100, tickMs: 200 })]);
		await until(() => ticksOf(out, 'a').length > 1, 'a job at work');
		await disturb('pre-emption', cluster, 'n1', owner(out));
		const [outcome] = await outcomes;
		t.is(outcome.state, 'failed');
		t.is(outcome.message, 'pre-empted, or its node failed, 1 times (--retries 0)');
		t.is(startsOf(out), 1);
	});

	test.serial('without the controller jobs go on, and the launcher waits until it answers', async t => {
		t.timeout(240_000);
		const out = temporaryOut(t);
		const { outcomes, notices } = launch(create(out), [standInJob(out, 'a', { ticks: 180, tickMs: 200 })]);
		await until(() => ticksOf(out, 'a').length > 3, 'a job at work');
		// A controller that dies before it has saved a job forgets it: that is the next test.
		const atWork = Date.now();
		const saved = path.join(folder, 'state', 'job_state');
		await until(() => statSync(saved).mtimeMs > atWork, 'a controller that has saved its jobs');
		process.kill(cluster.pid('slurmctld')!, 'SIGKILL');
		const ticksThen = ticksOf(out, 'a').length;
		// Slurm's programs take nine seconds to give up: the job has to last longer.
		await until(() => notices.length > 0, 'a launcher that notices');
		await until(() => ticksOf(out, 'a').length > ticksThen, 'a job that goes on');
		cluster.start('slurmctld');
		const [outcome] = await outcomes;
		t.is(outcome.state, 'done', outcome.message);
		everyTickOnce(t, out, 180);
		t.is(startsOf(out), 1);
		t.regex(notices[0], /^Slurm does not answer, running jobs go on; asking again until it does: /u);
	});

	test.serial(
		'a job that the controller has forgotten is submitted again, though its number is another’s now',
		async t => {
			t.timeout(240_000);
			const out = temporaryOut(t);
			const { outcomes, notices } = launch(create(out, '--begin=now+3'), [
				standInJob(out, 'a', { ticks: 3 }),
			]);
			await until(() => readJobRecord(jobFolder(out, 'a')) !== undefined, 'a job record');
			await until(() => readdirSync(path.join(out, 'slurm')).some(name => name.endsWith('.sh')), 'a script');
			// As a controller that dies before it has written the submission down.
			await new Promise(resolve => setTimeout(resolve, 600));
			process.kill(cluster.pid('slurmctld')!, 'SIGKILL');
			for (const name of readdirSync(path.join(folder, 'state')).filter(file =>
				/^(?:job_state|last_)/u.test(file),
			))
				rmSync(path.join(folder, 'state', name));
			cluster.start('slurmctld');
			const [outcome] = await outcomes;
			t.is(outcome.state, 'done', `${outcome.message}: ${notices.join('; ')}`);
			t.is(startsOf(out), 1);
			t.true(
				notices.some(text => text.includes('tried again (1 of 2)')),
				notices.join('; '),
			);
		},
	);
} else {
	test.skip('Slurm is not installed: disturbances of jobs are not tested', () => {});
}
