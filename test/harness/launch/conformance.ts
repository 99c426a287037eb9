import { spawn } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext, TestFn } from 'ava';
import type { Executor, Job, JobOutcome, LaunchHooks } from '../../../harness/launch/executor.ts';

/** Options that every executor takes. */
export interface CommonOptions {
	readonly out: string;
	readonly concurrency: number;
	readonly retries?: number;
	readonly program?: readonly string[];
}

export interface Subject {
	readonly name: 'local' | 'slurm';
	readonly create: (options: CommonOptions) => Executor;
	/** Options beside the common ones, for a launcher in a process of its own. */
	readonly options: () => Readonly<Record<string, unknown>>;
	/** Whether the first interruption ends running jobs; on a cluster they go on, and the second one cancels them. */
	readonly firstInterruptionEndsJobs: boolean;
	/** A long time for a tick that a test must see in the middle, in milliseconds. */
	readonly patienceMs: number;
}

const fixture = (name: string): string =>
	fileURLToPath(new URL(`../../fixtures/launch/${name}`, import.meta.url));
export const standInProgram = [process.execPath, fixture('stand-in.js')];

export function temporaryOut(t: ExecutionContext): string {
	const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'fewer-labels-launch-')));
	t.teardown(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
	return folder;
}

/** A stand-in job; its events go to OUT/work. */
export function standInJob(out: string, id: string, behaviour: object = {}, more: Partial<Job> = {}): Job {
	const folder = path.join(out, 'work');
	mkdirSync(folder, { recursive: true });
	const command = [JSON.stringify({ id, folder, ...behaviour })];
	return { id, label: `job ${id}`, command, checkpoint: path.join(folder, `${id}.checkpoint`), ...more };
}

export interface WorkEvent {
	readonly event: string;
	readonly id: string;
	readonly time: number;
	readonly more: string;
}

/** What stand-in jobs noted, in order. */
export function workEvents(out: string): WorkEvent[] {
	const file = path.join(out, 'work', 'events.log');
	if (!existsSync(file)) return [];
	return readFileSync(file, 'utf8')
		.trim()
		.split('\n')
		.map(line => {
			const [event, id, time, , ...more] = line.split(' ');
			return { event, id, time: Number(time), more: more.join(' ') };
		});
}

/** Waits for something that takes seconds; a busy machine makes minutes of them. */
export async function until(condition: () => boolean, what: string, timeoutMs = 150_000): Promise<void> {
	for (const deadline = Date.now() + timeoutMs; !condition(); await sleep(30)) {
		if (Date.now() > deadline) throw new Error(`waited in vain for: ${what}`);
	}
}

/** Ticks of a job in the order they happened: each once, whatever happened in between. */
export const ticksOf = (out: string, id: string): string[] =>
	workEvents(out)
		.filter(entry => entry.event === 'tick' && entry.id === id)
		.map(entry => entry.more);

/** Lets endless stand-ins come to an end. */
export function sayEnough(out: string, ...ids: string[]): void {
	for (const id of ids) writeFileSync(path.join(out, 'work', `${id}.enough`), '');
}

/** Whether a job ticked and no tick is missing or happened twice. */
export function tickedEachOnce(out: string, id: string): boolean {
	const ticks = ticksOf(out, id);
	return ticks.length > 0 && ticks.every((tick, index) => tick === String(index));
}

export interface Launch {
	readonly outcomes: Promise<JobOutcome[]>;
	readonly stop: () => void;
	readonly cancel: () => void;
	readonly notices: string[];
	readonly told: string[];
}

/** Launches jobs; what still runs when the test ends, because it failed, is cancelled. */
export function launch(t: ExecutionContext, executor: Executor, jobs: readonly Job[]): Launch {
	const [stop, cancel] = [new AbortController(), new AbortController()];
	const notices: string[] = [];
	const told: string[] = [];
	const hooks: LaunchHooks = {
		onStart: job => told.push(`start ${job.id}`),
		onProgress: (job, fraction, text) => told.push(`progress ${job.id} ${fraction} ${text}`),
		onEnd: ({ job, state }) => told.push(`${state} ${job.id}`),
		onNotice: text => notices.push(text),
	};
	const outcomes = executor(jobs, hooks, { stop: stop.signal, cancel: cancel.signal });
	t.teardown(async () => {
		stop.abort();
		cancel.abort();
		await outcomes.catch(() => {});
	});
	return { outcomes, stop: () => stop.abort(), cancel: () => cancel.abort(), notices, told };
}

/** What every executor that runs jobs keeps to. */
export function testExecutor(test: TestFn, subject: Subject): void {
	const create = (out: string, more: Partial<CommonOptions> = {}): Executor =>
		subject.create({ out, concurrency: 2, program: standInProgram, ...more });
	const title = (text: string): string => `${subject.name}: ${text}`;

	test.serial(title('jobs start once those before them are done, and give their results'), async t => {
		const out = temporaryOut(t);
		const jobs = [
			standInJob(out, 'c', {}, { after: ['a', 'b'], kind: 'late' }),
			standInJob(out, 'a', { ticks: 4, tickMs: 60 }, { kind: 'early' }),
			standInJob(out, 'b', {}, { kind: 'early' }),
		];
		const { outcomes, told } = launch(t, create(out), jobs);
		t.deepEqual(
			(await outcomes).map(({ job, state, exitCode, message, result }) => [
				job.id,
				state,
				exitCode,
				message,
				result,
			]),
			[
				['c', 'done', 0, '', { id: 'c', ticks: 2 }],
				['a', 'done', 0, '', { id: 'a', ticks: 4 }],
				['b', 'done', 0, '', { id: 'b', ticks: 2 }],
			],
		);
		const events = workEvents(out);
		const at = (event: string, id: string): number =>
			events.find(entry => entry.event === event && entry.id === id)!.time;
		t.true(at('start', 'c') >= at('end', 'a') && at('start', 'c') >= at('end', 'b'));
		t.deepEqual(
			events
				.filter(entry => entry.event === 'start')
				.map(entry => entry.id)
				.sort(),
			['a', 'b', 'c'],
		);
		t.is(told.filter(line => line.startsWith('done')).length, 3);
		t.true(existsSync(path.join(out, 'logs')));
	});

	test.serial(title('progress is told while a job runs'), async t => {
		const out = temporaryOut(t);
		const { outcomes, told } = launch(t, create(out), [standInJob(out, 'a', { endless: true, tickMs: 100 })]);
		await until(() => told.some(line => /^progress a 0\.5 tick \d+\/∞$/u.test(line)), 'progress');
		sayEnough(out, 'a');
		await outcomes;
		t.is(told[0], 'start a');
		t.is(told.at(-1), 'done a');
	});

	test.serial(
		title('a job that fails is told with its message and tried once; what needs it does not start'),
		async t => {
			const out = temporaryOut(t);
			const { outcomes } = launch(t, create(out), [
				standInJob(out, 'bad', { failWith: 'loss is NaN at step 7' }, { kind: 'early' }),
				standInJob(out, 'after', {}, { after: ['bad'], kind: 'late' }),
				standInJob(out, 'good', {}, { kind: 'early' }),
			]);
			const [bad, after, good] = await outcomes;
			t.is(bad.state, 'failed');
			t.is(bad.exitCode, 3);
			t.is(bad.message, 'Error: loss is NaN at step 7\nFix: nothing to be done');
			t.is(after.state, 'not started');
			t.is(after.message, "needs 'job bad', which is not done");
			t.is(good.state, 'done');
			t.deepEqual(
				workEvents(out)
					.filter(entry => entry.event === 'start')
					.map(entry => entry.id)
					.sort(),
				['bad', 'good'],
			);
		},
	);

	test.serial(title('a command ended by SIGKILL has failed, and is not tried again'), async t => {
		const out = temporaryOut(t);
		const { outcomes } = launch(t, create(out), [standInJob(out, 'a', { killSelf: true })]);
		const [a] = await outcomes;
		t.is(a.state, 'failed');
		t.regex(a.message, /^ended by SIGKILL/u);
		t.is(workEvents(out).length, 1);
	});

	test.serial(
		title('a job that dies without a word is tried again, and goes on from its checkpoint'),
		async t => {
			const out = temporaryOut(t);
			const { outcomes, notices } = launch(t, create(out, { retries: 1 }), [
				standInJob(out, 'once', { dieTimes: 1 }),
				standInJob(out, 'ever', { dieTimes: 9 }),
			]);
			const [once, ever] = await outcomes;
			t.is(once.state, 'done');
			t.deepEqual(ticksOf(out, 'once'), ['0', '1']);
			t.is(ever.state, 'failed');
			t.regex(ever.message, /tried 2 times \(--retries 1\); see \/.*\.log$/u);
			t.is(workEvents(out).filter(entry => entry.event === 'start' && entry.id === 'ever').length, 2);
			t.true(
				notices.some(text => /^job once: .*tried again \(1 of 1\)$/u.test(text)),
				notices.join('\n'),
			);
		},
	);

	test.serial(title('no more jobs run at a time than asked for'), async t => {
		const out = temporaryOut(t);
		const jobs = ['a', 'b', 'c', 'd', 'e'].map(id => standInJob(out, id, { endless: true, tickMs: 100 }));
		const { outcomes } = launch(t, create(out), jobs);
		// Until two run at once, and for as long again as a third would have needed.
		const started = (): number => workEvents(out).filter(({ event }) => event === 'start').length;
		await until(() => started() === 2, 'two jobs at work');
		await sleep(2 * subject.patienceMs);
		sayEnough(out, ...jobs.map(({ id }) => id));
		t.true((await outcomes).every(({ state }) => state === 'done'));
		let running = 0;
		let most = 0;
		for (const { event } of workEvents(out)) {
			if (event === 'start') running += 1;
			if (event === 'end') running -= 1;
			most = Math.max(most, running);
		}
		t.is(most, 2);
	});

	test.serial(
		title('interrupted twice, every job ends or does not start, and the next launch goes on'),
		async t => {
			const out = temporaryOut(t);
			const endless = ['a', 'b'];
			const jobs = [
				...endless.map(id => standInJob(out, id, { endless: true, tickMs: 100 })),
				standInJob(out, 'c'),
			];
			const first = launch(t, create(out), jobs);
			await until(
				() =>
					new Set(
						workEvents(out)
							.filter(({ event }) => event === 'tick')
							.map(({ id }) => id),
					).size === 2,
				'two jobs at work',
			);
			first.stop();
			if (!subject.firstInterruptionEndsJobs) {
				await sleep(300);
				t.false(workEvents(out).some(({ event }) => event === 'interrupted'));
				first.cancel();
			}
			const states = (await first.outcomes).map(({ state }) => state).sort();
			t.deepEqual(states.filter(state => state === 'interrupted').length >= 2, true, states.join());
			t.false(states.includes('done') || states.includes('failed'), states.join());
			const startedBefore = workEvents(out).filter(({ event }) => event === 'start').length;
			t.is(startedBefore, 2);
			const ticksBefore = endless.map(id => ticksOf(out, id).length);
			const again = launch(t, create(out), jobs);
			await until(
				() => endless.every((id, index) => ticksOf(out, id).length > ticksBefore[index]),
				'jobs that go on',
			);
			sayEnough(out, ...endless);
			const outcomes = await again.outcomes;
			t.true(
				outcomes.every(({ state }) => state === 'done'),
				JSON.stringify(outcomes),
			);
			// From the checkpoints: no tick happened twice.
			for (const { id } of jobs) t.true(tickedEachOnce(out, id), ticksOf(out, id).join());
		},
	);

	test.serial(
		title('jobs outlive a launcher that is killed, and the next launcher takes them over'),
		async t => {
			const out = temporaryOut(t);
			const endless = ['a', 'b'];
			const jobs = [
				...endless.map(id => standInJob(out, id, { endless: true, tickMs: 100 })),
				standInJob(out, 'c'),
			];
			const request = path.join(out, 'launch.json');
			const options = { out, concurrency: 2, program: standInProgram, ...subject.options() };
			writeFileSync(request, JSON.stringify({ name: subject.name, options, jobs }));
			const launcher = spawn(
				process.execPath,
				['--import=./harness/runtime/register-typescript.js', fixture('launcher.ts'), request],
				{ stdio: 'inherit' },
			);
			const died = new Promise(resolve => launcher.on('close', resolve));
			t.teardown(() => launcher.kill('SIGKILL'));
			await until(() => endless.every(id => ticksOf(out, id).length > 0), 'jobs at work');
			launcher.kill('SIGKILL');
			await died;
			const ticksBefore = workEvents(out).filter(({ event }) => event === 'tick').length;
			await until(
				() => workEvents(out).filter(({ event }) => event === 'tick').length > ticksBefore,
				'jobs that go on without a launcher',
			);
			const { outcomes, notices } = launch(t, create(out), jobs);
			await until(() => notices.length > 0, 'a launcher that takes over');
			t.regex(notices[0], /^taken over from an earlier launch: \d+ running jobs?$/u);
			sayEnough(out, ...endless);
			t.true((await outcomes).every(({ state }) => state === 'done'));
			t.deepEqual(
				workEvents(out)
					.filter(({ event }) => event === 'start')
					.map(({ id }) => id)
					.sort(),
				['a', 'b', 'c'],
			);
			for (const { id } of jobs) t.true(tickedEachOnce(out, id), ticksOf(out, id).join());
		},
	);

	test.serial(title('two launchers at once run each job once'), async t => {
		const out = temporaryOut(t);
		const jobs = ['a', 'b'].map(id => standInJob(out, id, { ticks: 4, tickMs: subject.patienceMs }));
		const first = launch(t, create(out), jobs);
		await until(() => workEvents(out).filter(({ event }) => event === 'start').length === 2, 'jobs at work');
		const second = await launch(t, create(out), jobs).outcomes;
		t.true([...second, ...(await first.outcomes)].every(({ state }) => state === 'done'));
		for (const { id } of jobs) t.deepEqual(ticksOf(out, id), ['0', '1', '2', '3']);
	});
}
