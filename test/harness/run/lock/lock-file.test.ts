import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
	createLock,
	describeLock,
	type Lock,
	lockFile,
	readLock,
	replaceLock,
} from '../../../../harness/run/lock/lock-file.ts';
import { identifyThisProcess } from '../../../../harness/run/lock/process-identity.ts';

function temporaryFolder(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-lock-file-'));
	t.teardown(() => rmSync(folder, { recursive: true }));
	return folder;
}

const lock = (token: string): Lock => ({ schemaVersion: 1, token, owner: identifyThisProcess(), since: 0 });
const text = (token: string): string => JSON.stringify(lock(token));

test('a free folder has no lock, and only the first of two gets it', t => {
	const folder = temporaryFolder(t);
	t.is(readLock(folder), undefined);
	t.true(createLock(folder, text('first')));
	t.false(createLock(folder, text('second')));
	t.is(readLock(folder)!.lock!.token, 'first');
	t.deepEqual(readdirSync(folder), [lockFile]);
});

test('a lock is replaced only if it is still the one that was found dead', t => {
	const folder = temporaryFolder(t);
	createLock(folder, text('present'));
	t.false(replaceLock(folder, lock('earlier'), text('next')));
	t.is(readLock(folder)!.lock!.token, 'present');
	t.true(replaceLock(folder, lock('present'), text('next')));
	t.is(readLock(folder)!.lock!.token, 'next');
	t.deepEqual(readdirSync(folder), [lockFile]);
});

test('a lock that cannot be read is somebody’s all the same', t => {
	const folder = temporaryFolder(t);
	writeFileSync(path.join(folder, lockFile), '{"schemaVersion":2');
	const found = readLock(folder)!;
	t.is(found.lock, undefined);
	t.true(found.beatAt > 0);
	t.is(describeLock(found.lock), 'a process of another version');
	t.false(createLock(folder, text('next')));
});

test('a lock says in words whose it is', t => {
	const { pid, host } = identifyThisProcess();
	t.regex(
		describeLock(lock('one')),
		new RegExp(`^process ${pid} on ${host}(, job \\S+)?, since 1970-01-01T00:00:00\\.000Z$`, 'u'),
	);
});
