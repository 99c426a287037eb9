import test from 'ava';
import { formatDuration } from '../../../harness/launch/duration.ts';
import type { JobOutcome } from '../../../harness/launch/executor.ts';
import { createLaunchProgress } from '../../../harness/launch/progress.ts';

const job = (id: string) => ({ id, label: `run ${id}`, command: [] });
const outcome = (id: string, state: JobOutcome['state'], message = '') => ({
	job: job(id),
	state,
	message,
	exitCode: 0,
	result: undefined,
});

test('durations are written as people say them', t => {
	t.is(formatDuration(0), '0 s');
	t.is(formatDuration(59_400), '59 s');
	t.is(formatDuration(60_000), '1 min 00 s');
	t.is(formatDuration(3_905_000), '1 h 05 min');
});

test('off a terminal each end is one line without control characters, failures with their reason', t => {
	let text = '';
	const progress = createLaunchProgress(2, { write: part => (text += part) });
	progress.onStart(job('a'));
	progress.onProgress(job('a'), 0.5, 'step 5/10');
	progress.onEnd(outcome('a', 'done'));
	progress.onStart(job('b'));
	progress.onEnd(outcome('b', 'failed', 'loss is NaN\nsecond line'));
	progress.close();
	t.is(text, '✓ run a done (1/2, 0 s)\n✗ run b failed (2/2, 0 s): loss is NaN\n');
});

test('on a terminal the line is drawn again in place and never wider than the terminal', t => {
	const parts: string[] = [];
	const progress = createLaunchProgress(2, { isTTY: true, columns: 20, write: part => parts.push(part) });
	progress.onStart(job('with a long name'));
	progress.close();
	t.is(parts[0], `\r\u001B[K${'0/2 done | run with a long name'.slice(0, 19)}`);
	t.is(parts.at(-1), '\r\u001B[K');
});

test('what failed, was interrupted or never started is counted apart from what is done', t => {
	const parts: string[] = [];
	const progress = createLaunchProgress(5, { isTTY: true, columns: 200, write: part => parts.push(part) });
	progress.onEnd(outcome('a', 'done'));
	progress.onEnd(outcome('b', 'failed'));
	progress.onEnd(outcome('c', 'not started'));
	progress.onEnd(outcome('d', 'interrupted'));
	t.is(parts.at(-2), '\r\u001B[K✗ run d interrupted (4/5, 0 s)\n');
	t.is(parts.at(-1), '\r\u001B[K1/5 done, 1 failed, 1 interrupted, 1 not started');
	progress.close();
});

test('the time left is that of the jobs that will be worked on', t => {
	const now = Date.now;
	t.teardown(() => {
		Date.now = now;
	});
	const parts: string[] = [];
	const progress = createLaunchProgress(4, { isTTY: true, columns: 200, write: part => parts.push(part) });
	progress.onStart(job('a'));
	progress.onProgress(job('a'), 0.5, '');
	Date.now = () => now() + 60_000;
	for (const id of ['b', 'c', 'd']) progress.onEnd(outcome(id, 'not started'));
	t.regex(parts.at(-1)!, /0\/4 done, 3 not started, about 1 min 00 s left/u);
	progress.close();
});
