import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { type Cluster, slurmIsInstalled, startCluster } from '../../../ci/slurm/cluster.ts';
import { disturb } from '../../../ci/slurm/disturb.ts';
import type { Executor, Job } from '../../../harness/launch/executor.ts';
import { jobFolder } from '../../../harness/launch/job-files.ts';
import { createSlurmExecutor } from '../../../harness/launch/slurm/executor.ts';
import { readQueue } from '../../../harness/launch/slurm/queue.ts';
import { readLock } from '../../../harness/run/lock/lock-file.ts';
import {
	launch,
	sayEnough,
	standInJob,
	standInProgram,
	temporaryOut,
	tickedEachOnce,
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
			slowestQueueMs: 1000,
			settleMs: 1500,
			site: { options, gres: 'gpu:1' },
		});
	const endless = (out: string): Job => standInJob(out, 'a', { endless: true, tickMs: 200 });
	const ticks = (out: string): number => ticksOf(out, 'a').length;
	const killController = async (): Promise<void> => {
		process.kill(cluster.pid('slurmctld')!, 'SIGKILL');
		await until(() => cluster.pid('slurmctld') === undefined, 'a controller that is gone');
	};
	/** Waits until the queue has the submission whose script is in OUT. */
	const untilQueued = async (out: string): Promise<void> => {
		const scripts = path.join(out, 'slurm');
		const written = (): string[] =>
			existsSync(scripts) ? readdirSync(scripts).filter(name => name.endsWith('.sh')) : [];
		await until(() => written().length > 0, 'a script');
		for (const deadline = Date.now() + 150_000; Date.now() < deadline; await sleep(100)) {
			if ((await readQueue()).some(({ submission }) => written()[0].includes(submission))) return;
		}
		throw new Error('waited in vain for: a job in the queue');
	};
	const owner = (out: string): number => readLock(jobFolder(out, 'a'))!.lock!.owner.pid;
	const startsOf = (out: string): number => workEvents(out).filter(({ event }) => event === 'start').length;

	test.serial('a pre-empted job writes a checkpoint, is queued again, and goes on from it', async t => {
		t.timeout(600_000);
		const out = temporaryOut(t);
		const { outcomes, notices } = launch(t, create(out), [endless(out)]);
		await until(() => ticks(out) > 3, 'a job at work');
		await disturb('pre-emption', cluster, 'n1', owner(out));
		await until(() => startsOf(out) === 2, 'a job that starts again');
		const ticksThen = ticks(out);
		await until(() => ticks(out) > ticksThen, 'a job that goes on');
		sayEnough(out, 'a');
		const [outcome] = await outcomes;
		t.is(outcome.state, 'done', outcome.message);
		t.true(tickedEachOnce(out, 'a'), ticksOf(out, 'a').join());
		t.is(startsOf(out), 2);
		// Slurm queued it again, not the launcher.
		t.false(
			notices.some(text => text.includes('tried again')),
			notices.join('; '),
		);
	});

	test.serial('a job pre-empted more often than allowed has failed', async t => {
		t.timeout(600_000);
		const out = temporaryOut(t);
		const executor = createSlurmExecutor({
			out,
			program: standInProgram,
			retries: 0,
			pollMs: 300,
			slowestQueueMs: 1000,
			settleMs: 1500,
		});
		const { outcomes } = launch(t, executor, [endless(out)]);
		await until(() => ticks(out) > 1, 'a job at work');
		await disturb('pre-emption', cluster, 'n1', owner(out));
		const [outcome] = await outcomes;
		t.is(outcome.state, 'failed');
		t.is(outcome.message, 'pre-empted, or its node failed, 1 time (--retries 0)');
		t.is(startsOf(out), 1);
	});

	test.serial('without the controller jobs go on, and the launcher waits until it answers', async t => {
		t.timeout(600_000);
		const out = temporaryOut(t);
		const { outcomes, notices } = launch(t, create(out), [endless(out)]);
		await until(() => ticks(out) > 3, 'a job at work');
		// A controller that dies before it has saved a job forgets it: that is the next test. It saves what changes, and
		// else every five minutes.
		const atWork = Date.now();
		const [{ view }] = (await readQueue()).filter(entry => entry.view.state === 'running');
		execFileSync('scontrol', ['update', `JobId=${view.id}`, 'TimeLimit=50']);
		const saved = path.join(folder, 'state', 'job_state');
		await until(() => statSync(saved).mtimeMs > atWork, 'a controller that has saved its jobs');
		await killController();
		try {
			// Slurm's programs take nine seconds to give up.
			await until(() => notices.length > 0, 'a launcher that notices');
			const ticksThen = ticks(out);
			await until(() => ticks(out) > ticksThen, 'a job that goes on');
		} finally {
			// The next test needs it, whatever became of this one.
			cluster.start('slurmctld');
		}
		await until(() => notices.length > 1, 'a launcher that has an answer');
		sayEnough(out, 'a');
		const [outcome] = await outcomes;
		t.is(outcome.state, 'done', outcome.message);
		t.true(tickedEachOnce(out, 'a'), ticksOf(out, 'a').join());
		t.is(startsOf(out), 1);
		t.regex(notices[0], /^Slurm does not answer, running jobs go on; asking again until it does: /u);
	});

	test.serial(
		'a job that the controller has forgotten is submitted again, though its number is another’s now',
		async t => {
			t.timeout(600_000);
			const out = temporaryOut(t);
			const { outcomes, notices } = launch(t, create(out, '--begin=now+20'), [
				standInJob(out, 'a', { ticks: 3 }),
			]);
			await untilQueued(out);
			// As a controller that dies before it has written the submission down, but has answered.
			await sleep(1000);
			await killController();
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
