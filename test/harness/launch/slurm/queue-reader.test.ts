import test from 'ava';
import { SlurmOutage } from '../../../../harness/launch/slurm/commands.ts';
import type { QueueEntry } from '../../../../harness/launch/slurm/queue.ts';
import { createQueueReader } from '../../../../harness/launch/slurm/queue-reader.ts';

const entry = (submission: string): QueueEntry => ({
	submission,
	task: 0,
	view: { state: 'running', reason: '', cause: 'lost' },
});

test('a queue that does not change is read ever more seldom, one that is forgotten at once', async t => {
	let [entries, time, calls] = [[entry('a')], 0, 0];
	const read = async (): Promise<QueueEntry[]> => {
		calls += 1;
		return entries;
	};
	const options = { shortestMs: 100, longestMs: 300 };
	const reader = createQueueReader(options, () => {}, { read, clock: () => time });
	const readAt: number[] = [];
	const lookUntil = async (end: number): Promise<void> => {
		for (; time < end; time += 50) {
			const before = calls;
			await reader.recent();
			if (calls > before) readAt.push(time);
		}
	};
	await lookUntil(1500);
	t.deepEqual(readAt, [0, 100, 250, 500, 800, 1100, 1400]);
	entries = [entry('b')];
	await lookUntil(2000);
	t.deepEqual(readAt.slice(7), [1700, 1800, 1950], 'it has changed');
	reader.forget();
	t.deepEqual(await reader.recent(), [entry('b')]);
	t.is(calls, 11);
	await reader.now();
	t.is(calls, 12);
});

test('an outage is told with its reason and asked after no more often; another error is one', async t => {
	const told: (string | undefined)[] = [];
	let fails: Error | undefined = new SlurmOutage('away');
	let calls = 0;
	const reader = createQueueReader({ shortestMs: 60_000, longestMs: 60_000 }, reason => told.push(reason), {
		read: async () => {
			calls += 1;
			if (fails) throw fails;
			return [];
		},
	});
	t.is(await reader.recent(), undefined);
	t.is(await reader.recent(), undefined);
	t.is(calls, 1);
	fails = undefined;
	t.deepEqual(await reader.now(), []);
	t.deepEqual(told, ['away', undefined]);
	fails = new Error('broken');
	await t.throwsAsync(reader.now(), { message: 'broken' });
});
