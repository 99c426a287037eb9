import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { readEvents } from '../../../harness/run/run-folder.ts';
import { createStream } from '../../../harness/tensor/random.ts';
import { binary, runBinary, temporaryFolder } from './run-binary.ts';

const folder = temporaryFolder(test);
// A part of the library's sums depends on the number of threads.
const threads = ['--threads', '1'];

const pretrain = (out: string, ...more: string[]): string[] => [
	...['pretrain', '--profile', 'smoke', '--epochs', '1.4', '--out', out, ...threads, ...more],
];
const prepare = (shared: string, ...more: string[]): string[] => [
	...['prepare', '--profile', 'smoke', '--data', 'shapes', '--shared', shared, ...threads],
	...['--labelling', '{"kind":"inferred-labels","labelFraction":0.1}', ...more],
];

/** Starts the real command line; `ended` gives its exit status and what it said. */
function start(parameters: readonly string[]) {
	const child = spawn(process.execPath, [binary, ...parameters], { stdio: ['ignore', 'ignore', 'pipe'] });
	let stderr = '';
	child.stderr.on('data', (chunk: Buffer) => {
		stderr += chunk.toString();
	});
	const ended = new Promise<{ status: number | null; stderr: string }>(resolve =>
		child.on('close', status => resolve({ status, stderr })),
	);
	return { child, ended, said: () => stderr };
}

async function until(condition: () => boolean, child: ChildProcess): Promise<void> {
	while (!condition() && child.exitCode === null) await sleep(20);
}

/** Events of the only training below a folder. */
function eventsOf(trainings: string) {
	const names = existsSync(trainings) ? readdirSync(trainings) : [];
	return names.flatMap(name => readEvents(path.join(trainings, name)));
}

const checkpointsSince = (trainings: string, events: number): number =>
	eventsOf(trainings)
		.slice(events)
		.filter(({ event }) => event === 'checkpoint').length;

const contents = (out: string): Buffer[] =>
	[
		'extractor/weights.safetensors',
		'extractor/extractor.json',
		'labels/labels.npy',
		'labels/labels.json',
	].map(file => readFileSync(path.join(out, file)));

const unbroken = path.join(folder, 'unbroken');
test.before(t => {
	const { status, stderr } = runBinary(pretrain(unbroken));
	t.is(status, 0, stderr);
});

test.serial('pretrain that is killed at random moments ends with the files of an unbroken one', async t => {
	const out = path.join(folder, 'killed');
	const trainings = path.join(out, 'training');
	const stream = createStream(Math.floor(Date.now() / 1000), 'kills');
	const killedAfter: number[] = [];
	for (let kill = 0; kill < 3; kill++) {
		const before = eventsOf(trainings).length;
		const { child, ended } = start(pretrain(out, '--checkpoint-every', '0'));
		const wanted = 1 + stream.integer(15);
		await until(() => checkpointsSince(trainings, before) >= wanted, child);
		await sleep(stream.integer(100));
		child.kill('SIGKILL');
		await ended;
		t.false(existsSync(path.join(out, 'extractor')), 'killed too late');
		killedAfter.push(Number(eventsOf(trainings).findLast(({ event }) => event === 'checkpoint')?.step));
	}
	t.log(`killed after updates ${killedAfter.join(', ')} of 88`);
	const { status, stderr } = runBinary(pretrain(out));
	t.is(status, 0, stderr);
	t.regex(stderr, /going on after update \d+\n/u);
	t.deepEqual(contents(out), contents(unbroken));
	const resumed = eventsOf(trainings).filter(({ event }) => event === 'resumed');
	t.is(resumed.length, 3);
	for (const [index, { step }] of resumed.entries()) {
		// A kill between a checkpoint and its event.
		t.true(Number(step) - killedAfter[index] <= 1 && Number(step) >= killedAfter[index]);
	}
	const [name] = readdirSync(trainings);
	t.deepEqual(readdirSync(path.join(trainings, name)), ['events.jsonl']);
});

test.serial('pretrain that gets SIGUSR1 keeps what it has, says 130, and goes on', async t => {
	const out = path.join(folder, 'stopped');
	const trainings = path.join(out, 'training');
	const { child, ended } = start(pretrain(out));
	await until(() => eventsOf(trainings).some(({ event }) => event === 'metrics'), child);
	child.kill('SIGUSR1');
	const { status, stderr } = await ended;
	t.is(status, 130, stderr);
	t.is(eventsOf(trainings).at(-1)?.event, 'interrupted');
	const { step } = eventsOf(trainings).find(({ event }) => event === 'checkpoint')!;
	t.true(Number(step) >= 20);
	const again = runBinary(pretrain(out));
	t.is(again.status, 0, again.stderr);
	t.true(again.stderr.includes(`going on after update ${step}\n`));
	t.deepEqual(contents(out), contents(unbroken));
});

test.serial(
	'a second pretrain of the same network waits, and goes on in place of one that was killed',
	async t => {
		const out = path.join(folder, 'two');
		const trainings = path.join(out, 'training');
		const first = start(pretrain(out, '--checkpoint-every', '0'));
		await until(() => eventsOf(trainings).some(({ event }) => event === 'checkpoint'), first.child);
		first.child.kill('SIGSTOP');
		const second = start(pretrain(out));
		await until(() => second.said().includes('waiting'), second.child);
		first.child.kill('SIGKILL');
		await first.ended;
		const { status, stderr } = await second.ended;
		t.is(status, 0, stderr);
		t.regex(
			stderr,
			new RegExp(`process ${first.child.pid} on \\S+ trains this network, waiting for it\n`, 'u'),
		);
		t.regex(stderr, /going on after update \d+\n/u);
		t.deepEqual(contents(out), contents(unbroken));
	},
);

test.serial('prepare that gets SIGTERM goes on with its network as well', async t => {
	const shared = path.join(folder, 'shared');
	const trainings = path.join(shared, 'pre-training');
	const first = start(prepare(shared));
	await until(() => eventsOf(trainings).some(({ event }) => event === 'metrics'), first.child);
	first.child.kill('SIGTERM');
	const { status, stderr } = await first.ended;
	t.is(status, 130, stderr);
	const { step } = eventsOf(trainings).find(({ event }) => event === 'checkpoint')!;
	t.deepEqual(existsSync(path.join(shared, 'feature-extractors')), false);
	const second = start(prepare(shared));
	const isResumed = () => eventsOf(trainings).findLast(({ event }) => event === 'resumed');
	await until(() => isResumed() !== undefined, second.child);
	t.is(isResumed()?.step, step);
	second.child.kill('SIGTERM');
	const { status: secondStatus, stderr: said } = await second.ended;
	t.is(secondStatus, 130, said);
	t.true(said.includes(`pre-training, going on after update ${step}\n`));
});
