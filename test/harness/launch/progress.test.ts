import test from 'ava';
import { formatDuration } from '../../../harness/launch/duration.ts';
import { createLaunchProgress } from '../../../harness/launch/progress.ts';

const job = (id: string) => ({ id, label: `run ${id}`, command: [] });
const outcome = (id: string, state: 'done' | 'failed', message = '') => ({
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
