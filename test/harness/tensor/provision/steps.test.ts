import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { createSteps, formatSeconds } from '../../../../harness/tensor/provision/steps.ts';

const makeFolder = () => mkdtempSync(path.join(tmpdir(), 'fewer-labels-steps-'));

test('reports the start and the end of a step, with the time it took', async t => {
	const lines: string[] = [];
	const step = createSteps(makeFolder(), line => lines.push(line));
	t.is(await step('a', 'compile', async () => 5), 5);
	t.is(lines[0], 'compile …');
	t.regex(lines[1], /^compile: done in \d+\.\d s$/);
});

test('a complete step is not repeated later, and its result is remembered', async t => {
	const folder = makeFolder();
	await createSteps(folder, () => {})('a', 'download', async () => ({ file: 'x.whl' }));
	const lines: string[] = [];
	const again = createSteps(folder, line => lines.push(line));
	const result = await again('a', 'download', async () => t.fail() as never);
	t.deepEqual(result, { file: 'x.whl' });
	t.deepEqual(lines, ['download: done before']);
});

test('a step that failed is done again', async t => {
	const folder = makeFolder();
	const step = createSteps(folder, () => {});
	await t.throwsAsync(
		step('a', 'extract', async () => {
			throw new Error('cut short');
		}),
	);
	t.is(await createSteps(folder, () => {})('a', 'extract', async () => 'whole'), 'whole');
});

test('formats times in seconds', t => {
	t.is(formatSeconds(2345), '2.3 s');
});
