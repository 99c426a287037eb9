import { rmSync } from 'node:fs';
import test from 'ava';
import { readGridFile } from '../../../../harness/run/grid-file.ts';
import { staleRuns } from '../../../../harness/suite/plan/stale-runs.ts';
import { makeRuns } from './make-run.ts';

const asked = { discriminatorRotationWeight: 1 };

test('runs with the options that the grid says were asked for are not stale, others are', async t => {
	const place = { method: 's3gan', labelFraction: 0.1 } as const;
	const { out } = await makeRuns([
		{ ...place, seed: 1, options: asked, recorded: asked },
		{ ...place, seed: 2, options: asked, recorded: asked },
		{ ...place, labelFraction: 1, seed: 1, options: asked, recorded: {} },
	]);
	t.teardown(() => rmSync(out, { recursive: true }));
	const grid = readGridFile(out)!;
	t.is(grid.schemaVersion, 2);
	t.deepEqual(
		[...(await staleRuns(out, grid))],
		[[grid.runs[2]!.runId, 'option discriminatorRotationWeight 1 → 0.5']],
	);
});

test('a grid of version 1 says nothing of options: those of the suite count', async t => {
	const { out } = await makeRuns([{ method: 's3gan', labelFraction: 0.1, seed: 1, options: asked }]);
	t.teardown(() => rmSync(out, { recursive: true }));
	const grid = readGridFile(out)!;
	t.is(grid.schemaVersion, 1);
	t.is((await staleRuns(out, grid)).size, 1);
});
