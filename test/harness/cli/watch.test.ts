import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import test from 'ava';
import { makeWatchedGrid } from '../watch/make-watched.ts';
import { binary, runBinary } from './run-binary.ts';

test('watch --once prints one look, as text and as JSON', async t => {
	const { out } = await makeWatchedGrid();
	t.teardown(() => rmSync(out, { recursive: true }));
	const { status, stdout, stderr } = runBinary(['watch', '--once', out]);
	t.is(status, 0, stderr);
	t.regex(stdout, /^2 running, 1 failed, 1 lost, 1 interrupted, 1 stale, 1 missing, 1 done$/mu);
	t.false(stdout.includes('\u001B'));
	const [line] = runBinary(['watch', '--once', '--json', out]).stdout.trim().split('\n');
	const look = JSON.parse(line!) as { counts: Record<string, number>; runs: Array<{ state: string }> };
	t.is(look.counts.running, 2);
	t.is(look.runs.length, 8);
	t.is(runBinary(['watch', '--once', `${out}-nothing`]).status, 2);
	t.is(runBinary(['watch', '--interval', '0', out]).status, 2);
});

test('watch prints a look each interval until it is told to leave', async t => {
	const { out } = await makeWatchedGrid();
	t.teardown(() => rmSync(out, { recursive: true }));
	const child = spawn(process.execPath, [binary, 'watch', '--json', '--interval', '0.2', out]);
	let text = '';
	child.stdout.on('data', chunk => {
		text += chunk;
		if (text.split('\n').length > 3) child.kill('SIGINT');
	});
	const [code] = await once(child, 'exit');
	t.is(code, 0);
	t.true(text.trim().split('\n').length >= 3);
});
