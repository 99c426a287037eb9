import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { JobRecord } from '../../../harness/launch/job-files.ts';
import { gotFurther, timeLimitsMet } from '../../../harness/launch/time-limits.ts';

function temporaryFolder(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-time-limits-'));
	t.teardown(() => rmSync(folder, { recursive: true }));
	return folder;
}

const record = (checkpoint: string | null, token = 'one') => ({ checkpoint, token }) as JobRecord;

test('a run got further if its last checkpoint is another one', t => {
	const folder = temporaryFolder(t);
	const pointer = path.join(folder, 'latest.json');
	writeFileSync(pointer, '{"step":10}');
	t.true(gotFurther(folder, record(pointer)));
	t.false(gotFurther(folder, record(pointer)));
	writeFileSync(pointer, '{"step":20}');
	t.true(gotFurther(folder, record(pointer)));
	t.is(timeLimitsMet(folder, 'one'), 3);
	t.true(gotFurther(folder, record(pointer, 'two')), 'another submission begins anew');
});

test('a step that runs share got further if a training of its folder did', t => {
	const folder = temporaryFolder(t);
	const trainings = path.join(folder, 'pre-training');
	t.true(gotFurther(folder, record(trainings)), 'nothing is there yet, and it is the first time');
	t.false(gotFurther(folder, record(trainings)));
	for (const [name, step] of [
		['rotation', 5],
		['semi-supervised', 5],
		['rotation', 9],
	] as const) {
		const checkpoints = path.join(trainings, name, 'checkpoints');
		mkdirSync(checkpoints, { recursive: true });
		writeFileSync(path.join(checkpoints, 'latest.json'), JSON.stringify({ step }));
		t.true(gotFurther(folder, record(trainings)), `${name} ${step}`);
		t.false(gotFurther(folder, record(trainings)), `${name} ${step}, again`);
	}
});

test('a job without checkpoints never gets further', t => {
	const folder = temporaryFolder(t);
	t.true(gotFurther(folder, record(null)));
	t.false(gotFurther(folder, record(null)));
});
