import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { describeJob } from '../../../harness/launch/describe-job.ts';
import { jobFolder, readJobStatus, writeJobRecord } from '../../../harness/launch/job-files.ts';
import { runJobProgram } from '../../../harness/launch/program.ts';
import { standInJob, standInProgram, temporaryOut, ticksOf, until, workEvents } from './conformance.ts';

/** A job as Slurm starts it, with a scontrol that notes its calls. */
function slurmJob(out: string, behaviour: object, more: { retries?: number; checkpoint?: string } = {}) {
	const job = { ...standInJob(out, 'a', behaviour), ...(more.checkpoint && { checkpoint: more.checkpoint }) };
	const folder = jobFolder(out, 'a');
	writeJobRecord(
		folder,
		describeJob(job, {
			out,
			program: standInProgram,
			retries: more.retries ?? 2,
			executor: 'slurm',
			token: 'the-token',
		}),
	);
	const calls = path.join(out, 'scontrol.log');
	writeFileSync(path.join(out, 'scontrol'), `#!/bin/sh\necho "$@" >> '${calls}'\n`);
	chmodSync(path.join(out, 'scontrol'), 0o755);
	const start = (restarts: number): { child: ChildProcess; ended: Promise<number | null> } => {
		const child = spawn(runJobProgram[0], [...runJobProgram.slice(1), folder], {
			stdio: ['ignore', 'inherit', 'inherit'],
			env: {
				...process.env,
				PATH: `${out}:${process.env.PATH}`,
				SLURM_JOB_ID: '77',
				SLURM_RESTART_COUNT: String(restarts),
				SLURM_CPUS_PER_TASK: '3',
			},
		});
		return { child, ended: new Promise(resolve => child.on('close', resolve)) };
	};
	const status = () => readJobStatus(folder, 'the-token');
	return { folder, start, status, calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8') : '') };
}

test('near its time limit a job writes a checkpoint and queues itself again, and goes on from there', async t => {
	const out = temporaryOut(t);
	const job = slurmJob(out, { ticks: 6, tickMs: 300 });
	const first = job.start(0);
	await until(() => ticksOf(out, 'a').length > 1, 'a job at work');
	first.child.kill('SIGUSR1');
	t.is(await first.ended, 130);
	t.like(job.status(), {
		state: 'interrupted',
		askedBy: 'SIGUSR1',
		exitCode: 130,
		scheduler: { jobId: '77' },
	});
	t.is(job.calls(), 'requeue 77\n');
	t.is(await job.start(1).ended, 0);
	t.like(job.status(), { state: 'done', exitCode: 0, scheduler: { restartCount: 1 } });
	t.deepEqual(ticksOf(out, 'a'), ['0', '1', '2', '3', '4', '5']);
	t.regex(workEvents(out)[0].more, /threads=3/u);
});

test('a job that meets its time limit twice without a new checkpoint is given up', async t => {
	const out = temporaryOut(t);
	const job = slurmJob(out, { ticks: 50, tickMs: 200 }, { checkpoint: path.join(out, 'never-written') });
	for (const restarts of [0, 1]) {
		const { child, ended } = job.start(restarts);
		const before = ticksOf(out, 'a').length;
		await until(() => ticksOf(out, 'a').length > before, 'a job at work');
		child.kill('SIGUSR1');
		await ended;
	}
	t.is(job.calls(), 'requeue 77\n');
	t.is(job.status()?.state, 'failed');
	t.regex(job.status()?.message ?? '', /^met its time limit twice without a new checkpoint/u);
});

test('time limits are not counted among the losses that --retries bounds', async t => {
	const out = temporaryOut(t);
	const job = slurmJob(out, { ticks: 4, tickMs: 300 }, { retries: 0 });
	const first = job.start(0);
	await until(() => ticksOf(out, 'a').length > 0, 'a job at work');
	first.child.kill('SIGUSR1');
	await first.ended;
	t.is(await job.start(1).ended, 0);
	// Restarted once more for another reason, it has lost more than it may.
	rmSync(path.join(job.folder, 'status.json'));
	t.is(await job.start(2).ended, 3);
	t.is(job.status()?.message, 'pre-empted, or its node failed, 1 time (--retries 0)');
});

test('what is left of an earlier attempt is asked to end; a stranger is waited for', async t => {
	const out = temporaryOut(t);
	const job = slurmJob(out, {});
	const holder = fileURLToPath(new URL('../../fixtures/launch/lock-holder.ts', import.meta.url));
	const hold = async (slurmId: string): Promise<ChildProcess> => {
		const child = spawn(
			process.execPath,
			['--import=./harness/runtime/register-typescript.js', holder, job.folder],
			{ stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, SLURM_JOB_ID: slurmId } },
		);
		await new Promise(resolve => child.stdout?.once('data', resolve));
		return child;
	};
	const remnant = await hold('77');
	const ended = new Promise(resolve => remnant.on('close', resolve));
	t.is(await job.start(1).ended, 0);
	t.is(await ended, 130);

	rmSync(path.join(job.folder, 'status.json'));
	const starts = (): number => workEvents(out).filter(({ event }) => event === 'start').length;
	const before = starts();
	const stranger = await hold('78');
	const waiting = job.start(1);
	await new Promise(resolve => setTimeout(resolve, 3000));
	t.is(starts(), before);
	stranger.kill('SIGINT');
	t.is(await waiting.ended, 0);
});
