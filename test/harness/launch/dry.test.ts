import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { createDryExecutor } from '../../../harness/launch/dry.ts';
import { launch, standInJob, standInProgram, temporaryOut, workEvents } from './conformance.ts';

const dry = (out: string, tell: (text: string) => void = () => {}) =>
	createDryExecutor({
		out,
		concurrency: 2,
		program: standInProgram,
		site: { gres: 'gpu:1', threads: 2 },
		tell,
	});

test('nothing runs, every job is told as not started, and where its script is', async t => {
	const out = temporaryOut(t);
	const told: string[] = [];
	const jobs = [standInJob(out, 'a', {}, { kind: 'train' }), standInJob(out, 'b', {}, { kind: 'train' })];
	const outcomes = await launch(
		t,
		dry(out, text => told.push(text)),
		jobs,
	).outcomes;
	t.deepEqual(
		outcomes.map(({ state }) => state),
		['not started', 'not started'],
	);
	t.deepEqual(workEvents(out), []);
	t.is(told[0], `${out}/dry/submit-train.sh: 2 jobs in 1 array; nothing is submitted`);
	t.deepEqual(readdirSync(path.join(out, 'dry', 'jobs')).sort(), ['a', 'b']);
	// What a real launch goes by stays untouched.
	t.false(existsSync(path.join(out, 'jobs')));
});

test('the calls of sbatch hand the ids on, and a script runs its jobs as Slurm would call it', async t => {
	const out = temporaryOut(t);
	await launch(t, dry(out), [
		standInJob(out, 'late', {}, { kind: 'train', after: ['early'] }),
		standInJob(out, 'early', {}, { kind: 'prepare' }),
	]).outcomes;
	const calls = path.join(out, 'calls.log');
	const sbatch = path.join(out, 'sbatch');
	// Runs the first task of each array at once, as a cluster with a free node would.
	writeFileSync(
		sbatch,
		`#!/bin/bash\necho "$@" >> '${calls}'\nexport SLURM_ARRAY_TASK_ID=0\nbash "\${@: -1}" >&2 || exit 1\necho $((70 + $(wc -l < '${calls}')))\n`,
	);
	chmodSync(sbatch, 0o755);
	const script = path.join(out, 'dry', 'submit-prepare-train.sh');
	await execa('bash', [script], { env: { PATH: `${out}:${process.env.PATH}` } });
	t.deepEqual(
		readFileSync(calls, 'utf8')
			.trim()
			.split('\n')
			.map(line => line.replace(/\S+\/dry\/slurm\/(?<kind>[a-z]+)-\S+\.sh/u, '$<kind>.sh')),
		['--parsable prepare.sh', '--parsable --dependency=afterok:71_0 --kill-on-invalid-dep=yes train.sh'],
	);
	t.deepEqual(
		workEvents(out)
			.filter(({ event }) => event === 'end')
			.map(({ id }) => id),
		['early', 'late'],
	);
	t.regex(workEvents(out)[0].more, /threads=2/u);
});

test('a script with jobs that are a preview refuses to run, and says why', async t => {
	const out = temporaryOut(t);
	const told: string[] = [];
	const preview = "it's a placeholder";
	await launch(
		t,
		dry(out, text => told.push(text)),
		[standInJob(out, 'a', {}, { kind: 'train', preview }), standInJob(out, 'b', {}, { kind: 'train' })],
	).outcomes;
	t.is(told[1], preview);
	const { exitCode, stderr } = await execa('bash', [path.join(out, 'dry', 'submit-train.sh')], {
		reject: false,
		env: { PATH: '/usr/bin:/bin' },
	});
	t.is(exitCode, 1);
	t.is(stderr, preview);
});
