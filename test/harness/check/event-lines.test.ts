import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { readSharedBytes, stepWithin, usualStep } from '../../../harness/check/event-lines.ts';
import { summariseEvents } from '../../../harness/check/read-events.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-lines-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

const stepOf = (text: string) => usualStep(Buffer.from(text), 0, Buffer.byteLength(text));

test('the step of a usual line is read in place, and no other line counts as usual', t => {
	t.is(stepOf('{"time":17,"event":"metrics","step":1250,"losses":{}}'), 1250);
	t.is(stepOf('{"time":17,"event":"metrics","step":0}'), 0);
	for (const other of [
		'',
		'{"time":17}',
		'{"event":"metrics","step":3}',
		'{"time":17,"more":1,"event":"metrics","step":3}',
		'{"time":17,"event":"metrics","step":null}',
		'{"time":17,"event":"metrics","step":',
		'{"time":17,"event":"evaluation","step":3}',
		'{"time":1.5,"event":"metrics","step":3}',
	]) {
		t.is(stepOf(other), -1, other);
	}
});

test('in every other line the first step is found, also behind letters of several bytes', t => {
	const text = Buffer.from('{"ä":"ö","step":7,"step":8}\n{"step":9}\n');
	const end = text.indexOf(10);
	t.is(stepWithin(text, 0, end), 7);
	t.is(stepWithin(text, 11, end), 7);
	t.deepEqual(stepWithin(Buffer.from('{"a":1}\n{"step":9}'), 0, 7), Number.NaN);
	t.deepEqual(stepWithin(Buffer.from('{"step":"a"}'), 0, 12), Number.NaN);
});

test('usual and unusual lines give one summary', t => {
	const usual = [10, 20, 30].map(
		step => `{"time":5,"event":"metrics","step":${step},"losses":{"größe":${step / 4}}}`,
	);
	const unusual = usual.map(line => line.replace('{"time":5,', '{"host":"ä","time":5,'));
	const around = (lines: readonly string[]) =>
		Buffer.from(`{"time":1,"event":"started"}\n${lines.join('\n')}\n{"time":9,"event":"completed"}\n`);
	const summary = summariseEvents(around(usual));
	t.deepEqual(summary, summariseEvents(around(unusual)));
	t.deepEqual(summary.steps, { count: 3, spacing: 10, last: 30, problem: null });
	t.deepEqual(summary.losses[2], { step: 30, values: { größe: 7.5 } });
});

test('files of any size are read whole, one after another', t => {
	const large = path.join(folder, 'large');
	const small = path.join(folder, 'small');
	writeFileSync(large, 'x'.repeat(900_001));
	writeFileSync(small, 'abc');
	t.is(readSharedBytes(large)?.toString(), 'x'.repeat(900_001));
	t.is(readSharedBytes(small)?.toString(), 'abc');
	t.is(readSharedBytes(path.join(folder, 'none')), null);
	t.throws(() => readSharedBytes(folder), { code: 'EISDIR' });
});
