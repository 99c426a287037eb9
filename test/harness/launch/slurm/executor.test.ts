import {
	appendFileSync,
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Job } from '../../../../harness/launch/executor.ts';
import { createSlurmExecutor } from '../../../../harness/launch/slurm/executor.ts';

/** A stand-in for a cluster, as sbatch and squeue that are found first; their calls are kept in a file. */
function standIn(t: ExecutionContext, sbatch: string, squeue: string) {
	const folder = mkdtempSync(path.join(tmpdir(), 'stand-in-'));
	mkdirSync(path.join(folder, 'active'));
	const calls = path.join(folder, 'calls');
	appendFileSync(calls, '');
	for (const [name, body] of [
		['sbatch', sbatch],
		['squeue', squeue],
		['sacct', 'exit 1'],
	] as const) {
		writeFileSync(path.join(folder, name), `#!/bin/bash\ncd ${folder}\necho ${name} >> calls\n${body}\n`);
		chmodSync(path.join(folder, name), 0o755);
	}
	const before = process.env.PATH;
	process.env.PATH = `${folder}:${before}`;
	t.teardown(() => {
		process.env.PATH = before;
		rmSync(folder, { recursive: true, force: true });
	});
	const count = (name: string): number =>
		readFileSync(calls, 'utf8')
			.split('\n')
			.filter(line => line === name).length;
	return { out: path.join(folder, 'out'), count };
}

/** Takes arrays while there is room for three jobs, and runs their tasks at once. */
const withLimit = `
tasks=$(sed -n 's/^#SBATCH --array=0-\\([0-9]*\\).*/\\1/p' "\${@: -1}")
comment=$(sed -n 's/^#SBATCH --comment=//p' "\${@: -1}")
if [ $(($(ls active | wc -l) + tasks + 1)) -gt 3 ]; then
  echo "sbatch: error: QOSMaxSubmitJobPerUserLimit" >&2
  echo "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)" >&2
  exit 1
fi
id=$(grep -c sbatch calls)
for task in $(seq 0 $tasks); do echo "$id|$task|RUNNING|None|n1|$comment" > active/$id-$task; done
for task in $(seq 0 $tasks); do
  ( SLURM_JOB_ID=$id SLURM_ARRAY_TASK_ID=$task bash "\${@: -1}" > /dev/null 2>&1; rm active/$id-$task ) > /dev/null 2>&1 &
done
echo $id`;
const listActive = 'cat active/* 2> /dev/null; exit 0';

const jobs = (count: number): Job[] =>
	Array.from({ length: count }, (_, index) => ({ id: `job-${index}`, label: `job ${index}`, command: [] }));

function launch(cluster: { out: string }, count: number, stop = new AbortController()) {
	const notices: string[] = [];
	const executor = createSlurmExecutor({
		...{ out: cluster.out, program: ['true'], pollMs: 100, settleMs: 300, leaveAfterMs: 100 },
	});
	const hooks = {
		...{ onStart() {}, onProgress() {}, onEnd() {} },
		onNotice: (text: string) => void notices.push(text),
	};
	const outcomes = executor(jobs(count), hooks, { stop: stop.signal, cancel: new AbortController().signal });
	return { notices, outcomes };
}

test.serial(
	'under a submit limit what fits is submitted, and the rest as jobs end; the limit is told once',
	async t => {
		const cluster = standIn(t, withLimit, listActive);
		const { notices, outcomes } = launch(cluster, 8);
		t.deepEqual(
			(await outcomes).map(({ state, message }) => [state, message]),
			jobs(8).map(() => ['done', '']),
		);
		t.deepEqual(notices, [
			'Slurm takes no more jobs for now (QOSMaxSubmitJobPerUserLimit): those that do not fit wait here, and follow as others end',
		]);
		// 8 and 4 are too many, 2 fit, then one by one.
		t.true(cluster.count('sbatch') <= 24, String(cluster.count('sbatch')));
	},
);

test.serial('a limit that leaves no room is asked for seldom, and ends nothing', async t => {
	const cluster = standIn(t, 'echo "sbatch: error: AssocMaxSubmitJobLimit" >&2; exit 1', 'exit 0');
	const stop = new AbortController();
	const { notices, outcomes } = launch(cluster, 4, stop);
	setTimeout(() => stop.abort(), 1500);
	t.deepEqual(
		(await outcomes).map(({ state }) => state),
		jobs(4).map(() => 'not started'),
	);
	t.is(notices.length, 1, notices.join('\n'));
	t.is(cluster.count('sbatch'), 3, '4, 2, 1');
	t.true(cluster.count('squeue') <= 2, String(cluster.count('squeue')));
});

test.serial('arrays that are too large for the site become smaller', async t => {
	const tooLarge = `
tasks=$(sed -n 's/^#SBATCH --array=0-\\([0-9]*\\).*/\\1/p' "\${@: -1}")
if [ "$tasks" -gt 1 ]; then
  echo "sbatch: error: Batch job submission failed: Invalid job array specification" >&2
  exit 1
fi
${withLimit.replace('-gt 3', '-gt 100')}`;
	const cluster = standIn(t, tooLarge, listActive);
	const { notices, outcomes } = launch(cluster, 5);
	t.true((await outcomes).every(({ state }) => state === 'done'));
	t.deepEqual(notices, [
		'Slurm takes no arrays of 5 jobs here (MaxArraySize): they become smaller',
		'Slurm takes no arrays of 3 jobs here (MaxArraySize): they become smaller',
	]);
});

test.serial('a script that fails before the job begins has failed; Slurm’s log is named', async t => {
	const cluster = standIn(
		t,
		'shift; sed -n "s/^#SBATCH --comment=//p" "$1" > comment; echo 7',
		'test -f comment && echo "7|0|FAILED|NonZeroExitCode|n1|$(cat comment)"; exit 0',
	);
	const { notices, outcomes } = launch(cluster, 1);
	const [outcome] = await outcomes;
	t.is(outcome!.state, 'failed');
	t.is(
		outcome!.message,
		`Slurm job 7_0 ended as FAILED (NonZeroExitCode) before it came to the job: its script failed; see ${cluster.out}/logs/slurm-7_0.log`,
	);
	t.deepEqual(notices, []);
	t.is(cluster.count('sbatch'), 1);
});
