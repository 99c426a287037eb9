import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { EnvironmentError } from '../../../../harness/errors.ts';
import { withLock } from '../../../../harness/tensor/provision/lock.ts';

const makeLockFile = () => path.join(mkdtempSync(path.join(tmpdir(), 'fewer-labels-lock-')), 'x.lock');
const ignore = () => {};

test('works one at a time, the others wait and say so', async t => {
	const file = makeLockFile();
	const lines: string[] = [];
	let running = 0;
	let most = 0;
	const work = async () => {
		most = Math.max(most, ++running);
		await sleep(50);
		running--;
	};
	await Promise.all(Array.from({ length: 4 }, () => withLock(file, line => lines.push(line), work)));
	t.is(most, 1);
	t.is(lines.length, 3);
	t.is(lines[0], `waiting for process ${process.pid} on ${hostname()}, which is setting up the same runtime`);
});

test('gives the result through and leaves no file behind, also after a failure', async t => {
	const file = makeLockFile();
	t.is(await withLock(file, ignore, async () => 7), 7);
	await t.throwsAsync(
		withLock(file, ignore, async () => {
			throw new Error('work failed');
		}),
		{ message: 'work failed' },
	);
	t.deepEqual(readdirSync(path.dirname(file)), []);
});

test('takes over the lock of a process that no longer runs', async t => {
	const file = makeLockFile();
	const child = spawn(process.execPath, ['-e', '']);
	await once(child, 'exit');
	writeFileSync(file, JSON.stringify({ pid: child.pid, host: hostname(), startTicks: null, token: 'a' }));
	const lines: string[] = [];
	t.is(
		await withLock(
			file,
			line => lines.push(line),
			async () => 'mine',
		),
		'mine',
	);
	t.deepEqual(lines, [
		`process ${child.pid} on ${hostname()} stopped before it was done; going on in its place`,
	]);
	t.false(existsSync(file));
});

test('takes over a lock whose process id belongs to another process by now', async t => {
	const file = makeLockFile();
	writeFileSync(file, JSON.stringify({ pid: process.pid, host: hostname(), startTicks: '1', token: 'a' }));
	t.is(await withLock(file, ignore, async () => 'mine'), 'mine');
});

test('waits for another machine that shows signs of life, and takes over one that is silent', async t => {
	const file = makeLockFile();
	writeFileSync(file, JSON.stringify({ pid: 1, host: 'elsewhere', startTicks: null, token: 'a' }));
	const lines: string[] = [];
	let done = false;
	const waiting = withLock(
		file,
		line => lines.push(line),
		async () => {
			done = true;
		},
	);
	await sleep(600);
	t.false(done);
	t.deepEqual(lines, ['waiting for process 1 on elsewhere, which is setting up the same runtime']);
	const longAgo = new Date(Date.now() - 200_000);
	utimesSync(file, longAgo, longAgo);
	await waiting;
	t.true(done);
});

test('a folder that cannot be written is one clear error', async t => {
	const parent = path.join(makeLockFile(), '..', 'plain');
	writeFileSync(parent, '');
	const error = await t.throwsAsync(
		withLock(path.join(parent, 'x.lock'), ignore, async () => 0),
		{
			instanceOf: EnvironmentError,
		},
	);
	t.true(error.message.includes('cannot be written'));
	t.is(error.fix, 'set FEWER_LABELS_CACHE to a folder that you can write to');
});
