import { spawnSync } from 'node:child_process';
import {
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { exitCodes } from '../../../../harness/errors.ts';
import { type Lock, readLock } from '../../../../harness/run/lock/lock-file.ts';
import { identifyThisProcess } from '../../../../harness/run/lock/process-identity.ts';
import {
	acquireRunLock,
	isLockAlive,
	LockedError,
	LostLockError,
} from '../../../../harness/run/lock/run-lock.ts';

const quick = { heartbeatMs: 20, staleAfterMs: 60_000, watchMs: 300 };

function temporaryFolder(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-lock-'));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** A lock as another process would have left it; `age` of its last heartbeat in ms. */
function leaveLock(folder: string, owner: Partial<Lock['owner']>, age = 0): void {
	const file = path.join(folder, 'lock.json');
	const lock: Lock = {
		schemaVersion: 1,
		token: 'another',
		owner: { ...identifyThisProcess(), ...owner },
		since: 0,
	};
	writeFileSync(file, JSON.stringify(lock));
	const at = new Date(Date.now() - age);
	utimesSync(file, at, at);
}

const elsewhere = { host: 'node-7', machineId: 'another', bootId: 'another', schedulerJobId: '42_3' };

test('one process holds a run folder; the second is told who, where and since when, with exit code 7', async t => {
	const folder = path.join(temporaryFolder(t), 'new/run');
	const lock = await acquireRunLock(folder, quick);
	const error = await t.throwsAsync(acquireRunLock(folder, quick), { instanceOf: LockedError });
	t.is((error as LockedError).exitCode, exitCodes.environment);
	const { host } = identifyThisProcess();
	t.true(error!.message.includes(`process ${process.pid} on ${host}, since 20`), error!.message);
	t.true(isLockAlive(folder));
	lock.assertHeld();
	lock.release();
	t.deepEqual(readdirSync(folder), []);
	t.is(isLockAlive(folder), undefined);
	const next = await acquireRunLock(folder, quick);
	t.is(next.takenOverFrom, null);
	next.release();
});

test('of many that start at once, exactly one gets the folder, also when a dead owner left it', async t => {
	const folder = temporaryFolder(t);
	const dead = spawnSync('true').pid;
	for (const prepare of [() => {}, () => leaveLock(folder, { pid: dead, processStartTime: '1' })]) {
		prepare();
		const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => acquireRunLock(folder, quick)));
		const got = outcomes.filter(outcome => outcome.status === 'fulfilled');
		t.is(got.length, 1);
		for (const { value } of got) value.release();
		t.deepEqual(readdirSync(folder), []);
	}
});

test('a dead owner on this machine is taken over at once: no such process, another start time, or a new boot', async t => {
	const folder = temporaryFolder(t);
	const dead = spawnSync('true').pid;
	for (const owner of [{ pid: dead }, { processStartTime: '1' }, { bootId: 'the one before' }]) {
		leaveLock(folder, owner);
		t.false(isLockAlive(folder));
		const lock = await acquireRunLock(folder, { ...quick, watchMs: 60_000 });
		t.regex(lock.takenOverFrom!, /^process \d+ on /u);
		lock.assertHeld();
		lock.release();
	}
});

test('an owner on another machine is believed while its heartbeat is young', async t => {
	const folder = temporaryFolder(t);
	leaveLock(folder, elsewhere, 30_000);
	await t.throwsAsync(acquireRunLock(folder, quick), {
		instanceOf: LockedError,
		message: /on node-7, job 42_3/u,
	});
	t.true(isLockAlive(folder));
});

test('an owner on another machine without heartbeat is taken over, also when a clock was set back', async t => {
	const folder = temporaryFolder(t);
	for (const age of [70_000, 1e9, -1e9]) {
		leaveLock(folder, elsewhere, age);
		const lock = await acquireRunLock(folder, quick);
		t.regex(lock.takenOverFrom!, /on node-7/u);
		lock.release();
	}
});

test('an owner whose heartbeat only looks old, because a clock was set, is not taken over', async t => {
	const folder = temporaryFolder(t);
	for (const age of [1e9, -1e9]) {
		leaveLock(folder, elsewhere, age);
		const attempt = t.throwsAsync(acquireRunLock(folder, quick), { instanceOf: LockedError });
		await sleep(50);
		// The owner's next heartbeat, by the same wrong clock.
		const at = new Date(Date.now() - age + 5000);
		utimesSync(path.join(folder, 'lock.json'), at, at);
		await attempt;
	}
});

test('a process that lost its folder notices it before it writes, and leaves the new lock alone', async t => {
	const folder = temporaryFolder(t);
	const lock = await acquireRunLock(folder, quick);
	rmSync(path.join(folder, 'lock.json'));
	t.throws(() => lock.assertHeld(), { instanceOf: LostLockError, message: /it was removed/u });
	leaveLock(folder, elsewhere);
	t.throws(() => lock.assertHeld(), { instanceOf: LostLockError, message: /that of process \d+ on node-7/u });
	lock.release();
	t.true(existsSync(path.join(folder, 'lock.json')));
});

test('the heartbeat goes on while the main thread is busy, and keeps the content', async t => {
	const folder = temporaryFolder(t);
	const lock = await acquireRunLock(folder, quick);
	const content = readFileSync(path.join(folder, 'lock.json'), 'utf8');
	await sleep(200);
	const past = new Date(0);
	utimesSync(path.join(folder, 'lock.json'), past, past);
	const end = performance.now() + 5000;
	while (readLock(folder)!.beatAt === 0 && performance.now() < end);
	t.true(statSync(path.join(folder, 'lock.json')).mtimeMs > 0);
	t.is(readFileSync(path.join(folder, 'lock.json'), 'utf8'), content);
	lock.release();
});

test('a lock of another version is nobody’s to take while it beats', async t => {
	const folder = temporaryFolder(t);
	writeFileSync(path.join(folder, 'lock.json'), '{"schemaVersion":2}');
	await t.throwsAsync(acquireRunLock(folder, quick), { message: /a process of another version/u });
});
