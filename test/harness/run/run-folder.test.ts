import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { RunFailedError } from '../../../harness/errors.ts';
import { acquireRunLock } from '../../../harness/run/lock/run-lock.ts';
import {
	appendEvent,
	fileNames,
	percentage,
	readEvents,
	readRunState,
	repairEvents,
	runFolderName,
} from '../../../harness/run/run-folder.ts';
import { wholeResult } from './make-result.ts';

function temporaryFolder(t: { teardown: (callback: () => void) => void }): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-run-'));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

test('folder names say what the run is', t => {
	const run = { method: 'big-gan', seed: 2, runId: '0123456789ab' };
	t.is(runFolderName({ ...run, labelFraction: 0.025 }), 'big-gan-labels-2.5-seed-2-0123456789ab');
	t.is(runFolderName({ ...run, labelFraction: null }), 'big-gan-seed-2-0123456789ab');
	t.is(percentage(0.07), '7');
});

test('the state of a run follows from its files', async t => {
	const folder = path.join(temporaryFolder(t), 'run');
	t.is(readRunState(folder).state, 'missing');
	appendEvent(folder, { event: 'started' });
	appendEvent(folder, { event: 'metrics', step: 1 });
	t.is(readRunState(folder).state, 'lost');
	const lock = await acquireRunLock(folder);
	t.deepEqual(readRunState(folder), {
		state: 'running',
		reason: `process ${process.pid} on ${hostname()}`,
	});
	lock.release();
	appendEvent(folder, { event: 'failed', message: 'loss is NaN' });
	t.deepEqual(readRunState(folder), { state: 'failed', reason: 'loss is NaN' });
	appendEvent(folder, { event: 'started' });
	appendEvent(folder, { event: 'interrupted' });
	t.deepEqual(readRunState(folder), { state: 'interrupted', reason: 'stopped before its end' });
	appendEvent(folder, { event: 'interrupted', signal: 'SIGUSR1', cause: 'the time limit' });
	t.deepEqual(readRunState(folder), {
		state: 'interrupted',
		reason: 'stopped before its end: the time limit',
	});
	// Only the result makes a run finished.
	appendEvent(folder, { event: 'completed' });
	t.is(readRunState(folder).state, 'lost');
	writeFileSync(path.join(folder, fileNames.result), JSON.stringify(wholeResult('0123456789ab')));
	t.is(readRunState(folder).state, 'done');
});

test('a result that was cut off, emptied or changed is none; one of a newer version is', async t => {
	const folder = temporaryFolder(t);
	const file = path.join(folder, fileNames.result);
	const whole = JSON.stringify(wholeResult('0123456789ab'));
	appendEvent(folder, { event: 'started' });
	appendEvent(folder, { event: 'completed' });
	const damages: readonly [content: string, problem: RegExp][] = [
		[whole.slice(0, -1), /^not readable as JSON \(/u],
		['', /^not readable as JSON \(/u],
		['\0'.repeat(whole.length), /^not readable as JSON \(/u],
		['{}', /^it has version none; this program reads version 1$/u],
		[whole.replace('"fid"', '"fir"'), /^damaged: scores/u],
	];
	for (const [content, problem] of damages) {
		writeFileSync(file, content);
		const { state, reason, damagedResult } = readRunState(folder);
		t.is(state, 'lost');
		t.regex(damagedResult!, problem);
		t.true(reason.startsWith(`its result.json is damaged: ${damagedResult}`));
		t.is(readRunState(folder, { trustResult: true }).state, 'done', 'whoever reads it says what is wrong');
	}
	const lock = await acquireRunLock(folder);
	t.is(readRunState(folder).state, 'running', 'it is being made again');
	lock.release();
	writeFileSync(file, whole.replace('"schemaVersion":1', '"schemaVersion":2'));
	t.is(readRunState(folder).state, 'done');
});

test('a last event that a crash cut short is left out, a broken one before it is an error', t => {
	const folder = temporaryFolder(t);
	appendEvent(folder, { event: 'started' });
	appendFileSync(path.join(folder, fileNames.events), '{"time":1,"eve');
	t.deepEqual(
		readEvents(folder).map(event => event.event),
		['started'],
	);
	appendFileSync(path.join(folder, fileNames.events), '\n{"time":1,"event":"failed"}\n');
	t.throws(() => readEvents(folder), { instanceOf: RunFailedError, message: /line 2 is not an event/u });
});

test('the state is found behind more metrics than are read at once, and a damaged line is not passed over', t => {
	const folder = temporaryFolder(t);
	const file = path.join(folder, fileNames.events);
	appendEvent(folder, { event: 'failed', message: 'the disk' });
	const metrics = `${JSON.stringify({ time: 2, event: 'metrics', step: 1, losses: { total: 1 } })}\n`;
	appendFileSync(file, metrics.repeat(2000));
	t.deepEqual(readRunState(folder), { state: 'failed', reason: 'the disk' });
	appendFileSync(file, `{"time":3,"event":"sta\n${metrics}`);
	t.throws(() => readRunState(folder), { message: /line 2002 is not an event/u });
});

test('an event that a killed process left half written is cut off before the next', t => {
	const folder = temporaryFolder(t);
	const file = path.join(folder, fileNames.events);
	repairEvents(folder);
	appendEvent(folder, { event: 'started' });
	const whole = readFileSync(file, 'utf8');
	appendFileSync(file, '{"time":1,"eve');
	repairEvents(folder);
	t.is(readFileSync(file, 'utf8'), whole);
});
