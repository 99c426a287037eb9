import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { readGrid } from '../../../harness/check/read-grid.ts';
import { UsageError } from '../../../harness/errors.ts';
import { makeGrid, makeProxyGrid } from '../../reports/make-grid.ts';

const threeRuns = () =>
	makeGrid({
		runs: [1, 2, 3].map(seed => ({ method: 's3gan', labelFraction: 0.1, seed, fid: 8 + seed / 10 })),
	});

test('tells finished runs from holes, each with its reason', t => {
	const { finished, holes, stale } = readGrid(makeProxyGrid().folder);
	t.is(finished.length, 9);
	t.deepEqual(
		holes.map(({ run, state, reason }) => [run.method, run.seed, state, reason]),
		[
			['big-gan', 3, 'failed', 'RunFailedError: the loss is NaN | at step 41'],
			['random-label', 2, 'interrupted', 'stopped before its end'],
			['random-label', 3, 'missing', 'never started'],
			...[1, 2, 3].map(seed => ['single-label', seed, 'missing', 'never started']),
		],
	);
	t.deepEqual(stale, []);
});

const damage = test.macro({
	exec(t, change: (text: string) => string, reason: RegExp) {
		const { folder, grid } = threeRuns();
		const file = path.join(folder, grid.runs[1]!.folder, 'result.json');
		writeFileSync(file, change(readFileSync(file, 'utf8')));
		const { finished, holes } = readGrid(folder);
		t.is(finished.length, 2);
		t.is(holes[0]?.state, 'unreadable');
		t.regex(holes[0]?.reason ?? '', reason);
	},
	title: name => `a result that is ${name} is a hole that says so`,
});
test('cut short', damage, text => text.slice(0, 100), /^result\.json: not readable as JSON/u);
test('empty', damage, () => '', /^result\.json: not readable as JSON/u);
test('null', damage, () => 'null', /it has version none; this program reads version 1$/u);
test(
	'of a later version',
	damage,
	text => text.replace('"schemaVersion":1', '"schemaVersion":2'),
	/^result\.json: it has version 2; this program reads version 1$/u,
);
test(
	'not a number where one belongs',
	damage,
	text => text.replace('"mean":8.2', '"mean":null'),
	/^result\.json: damaged: scores\.fid\.mean: Invalid input: expected number/u,
);
test(
	'of another run',
	damage,
	text => text.replace('"seed":2', '"seed":7'),
	/^result\.json: it is of another run \(seed 7, the grid says 2\)$/u,
);

test('lists results that the grid no longer names', t => {
	const { folder, grid } = threeRuns();
	const old = path.join(path.dirname(grid.runs[0]!.folder), 'old-run');
	cpSync(path.join(folder, grid.runs[0]!.folder), path.join(folder, old), { recursive: true });
	t.deepEqual(readGrid(folder).stale, ['runs/old-run']);
});

test('a grid of either version is read', t => {
	const { folder, grid } = threeRuns();
	const runs = grid.runs.map(run => ({ ...run, options: { weight: 1 } }));
	writeFileSync(path.join(folder, 'grid.json'), JSON.stringify({ ...grid, schemaVersion: 2, runs }));
	t.deepEqual(readGrid(folder).finished.length, 3);
});

test('a folder without a grid, of another version, or without any result is an error', t => {
	const { folder, grid } = threeRuns();
	const file = path.join(folder, 'grid.json');
	writeFileSync(file, JSON.stringify({ ...grid, schemaVersion: 3 }));
	t.throws(() => readGrid(folder), {
		instanceOf: UsageError,
		message: `${file}: it has version 3; this program reads version 1 and 2`,
	});
	rmSync(file);
	t.throws(() => readGrid(folder), {
		instanceOf: UsageError,
		message: `${folder}: there is no grid.json in it`,
	});
	t.throws(() => readGrid('/no/such/folder'), { message: '/no/such/folder: no such folder' });
	const empty = makeGrid({ runs: [{ method: 's3gan', labelFraction: 0.1, seed: 1 }] }).folder;
	t.throws(() => readGrid(empty), {
		instanceOf: UsageError,
		message: `${empty}: none of its 1 runs has a result; the first: never started`,
	});
});
