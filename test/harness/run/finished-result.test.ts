import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { keepDamagedResult, readFinished } from '../../../harness/run/finished-result.ts';
import { NewerFormatError } from '../../../harness/run/newer-format-error.ts';
import { fileNames, readEvents } from '../../../harness/run/run-folder.ts';
import { wholeResult } from './make-result.ts';

function temporaryFolder(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'finished-result-'));
	t.teardown(() => rmSync(folder, { recursive: true }));
	return folder;
}

test('a whole result is taken, a damaged one is none, one of another run or version is refused', t => {
	const folder = temporaryFolder(t);
	const write = (text: string): void => writeFileSync(path.join(folder, fileNames.result), text);
	const whole = JSON.stringify(wholeResult('0123456789ab'));
	t.is(readFinished(folder, '0123456789ab'), undefined);
	write(whole);
	t.is(readFinished(folder, '0123456789ab')!.steps, 60);
	t.throws(() => readFinished(folder, 'ba9876543210'), { message: /holds the result of another run/u });
	for (const damaged of [whole.slice(0, -1), '', whole.replace('"fid"', '"fir"')]) {
		write(damaged);
		t.is(readFinished(folder, '0123456789ab'), undefined);
	}
	write(whole.replace('"schemaVersion":1', '"schemaVersion":2'));
	t.throws(() => readFinished(folder, '0123456789ab'), {
		instanceOf: NewerFormatError,
		message: /result\.json: it has version 2; this program reads version 1$/u,
	});
});

test('a damaged result is kept under another name, and the events say so', t => {
	const folder = temporaryFolder(t);
	const told: string[] = [];
	keepDamagedResult(folder, text => told.push(text));
	t.deepEqual(told, [], 'there is none');
	for (const content of ['first', 'second']) {
		writeFileSync(path.join(folder, fileNames.result), content);
		keepDamagedResult(folder, text => told.push(text));
	}
	t.is(readFileSync(path.join(folder, 'result.damaged-1.json'), 'utf8'), 'first');
	t.is(readFileSync(path.join(folder, 'result.damaged-2.json'), 'utf8'), 'second');
	t.is(told[1], 'result.json was damaged: it is kept as result.damaged-2.json, and the run is made again');
	t.deepEqual(
		readEvents(folder).map(({ event, message }) => [event, message]),
		told.map(text => ['failed', text]),
	);
});
