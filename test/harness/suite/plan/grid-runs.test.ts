import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import type { CollapseAction } from '../../../../harness/run/collapse/policy.ts';
import { collapseIdentity } from '../../../../harness/run/identify-run.ts';
import { expandCells } from '../../../../harness/suite/cells.ts';
import { planRuns, unlistedRuns } from '../../../../harness/suite/plan/grid-runs.ts';
import { findProfile } from '../../../../harness/suite/profiles.ts';
import { makeRuns } from './make-run.ts';

const place = { method: 'big-gan', labelFraction: 0.1 } as const;

async function gridOf(
	out: string,
	seeds: readonly number[],
	changes: { steps?: number; data?: string; onCollapse?: CollapseAction; evaluateEvery?: number } = {},
) {
	const cells = await expandCells({
		rows: [{ method: 'big-gan', labelFractions: [0.1] }],
		seeds,
		options: new Map(),
	});
	const profile = findProfile('smoke');
	return { profile, steps: profile.defaultSteps, data: 'shapes', cells, out, ...changes };
}

test('every state is told from the files, stale ones with what changed', async t => {
	const { out } = await makeRuns([
		{ ...place, seed: 1 },
		{ ...place, seed: 2, state: 'failed' },
		{ ...place, seed: 3, state: 'interrupted' },
		{ ...place, seed: 4, state: 'started' },
		{ ...place, seed: 5, state: 'missing' },
		{ ...place, seed: 6, change: { backend: 'tensorflow 1.0.0 cpu' } },
		{ ...place, seed: 7, change: { backend: 'tensorflow 1.0.0 cpu' }, state: 'failed' },
	]);
	t.teardown(() => rmSync(out, { recursive: true }));
	const runs = planRuns(await gridOf(out, [1, 2, 3, 4, 5, 6, 7, 8]));
	t.deepEqual(
		runs.map(({ state }) => state),
		['done', 'failed', 'interrupted', 'lost', 'missing', 'stale', 'stale', 'missing'],
	);
	t.regex(runs[1]!.reason, /the loss is NaN/u);
	t.regex(runs[5]!.reason, /^numeric back end: tensorflow 1\.0\.0 cpu → /u);
	t.regex(runs[6]!.reason, /^failed before; numeric back end/u);
	t.is(runs[7]!.runId, null);
});

test('runs of other steps, and runs of other data, are none of this grid', async t => {
	const { out } = await makeRuns([{ ...place, seed: 1 }]);
	t.teardown(() => rmSync(out, { recursive: true }));
	t.is(planRuns(await gridOf(out, [1], { steps: 7 }))[0]!.state, 'missing');
	const [other] = planRuns(await gridOf(out, [1], { data: 'cifar10:DIR' }));
	t.is(other!.state, 'stale');
	t.is(other!.reason, 'data shapes → cifar10:DIR');
});

test('what may end a training early has to be as it is asked for', async t => {
	const { out } = await makeRuns([
		{ ...place, seed: 1 },
		{ ...place, seed: 2, change: collapseIdentity('stop', 100) },
	]);
	t.teardown(() => rmSync(out, { recursive: true }));
	const plan = async (changes: Parameters<typeof gridOf>[2]) =>
		planRuns(await gridOf(out, [1, 2], changes)).map(({ state, reason }) => [state, reason]);
	const done = ['done', 'result.json is there'];
	const words = (change: string) => ['stale', `what ends a training early: ${change}`];
	t.deepEqual(await plan({ evaluateEvery: 100 }), [done, words('stop, evaluated every 100 steps → none')]);
	t.deepEqual(await plan({ onCollapse: 'log' }), [done, words('stop, evaluated every 100 steps → none')]);
	t.deepEqual(await plan({ onCollapse: 'stop', evaluateEvery: 100 }), [
		words('none → stop, evaluated every 100 steps'),
		done,
	]);
	t.deepEqual(await plan({ onCollapse: 'roll-back' }), [
		words('none → roll-back'),
		words('stop, evaluated every 100 steps → roll-back'),
	]);
});

test('a run that a newer version made is told as such, and never as done', async t => {
	const { out } = await makeRuns([
		{ ...place, seed: 1, changeManifest: { schemaVersion: 2 } },
		{ ...place, seed: 2, changeManifest: { schemaVersion: 2 } },
	]);
	t.teardown(() => rmSync(out, { recursive: true }));
	for (const { state, reason } of planRuns(await gridOf(out, [1, 2]))) {
		t.is(state, 'stale');
		t.regex(reason, /written by a newer version of fewer-labels \(format 2; this one reads 1\)$/u);
	}
});

test('folders that the grid does not list are left over', async t => {
	const { out } = await makeRuns([
		{ ...place, seed: 1 },
		{ ...place, seed: 2, listed: false },
	]);
	t.teardown(() => rmSync(out, { recursive: true }));
	mkdirSync(path.join(out, 'runs', '.hidden'));
	const left = unlistedRuns(out);
	t.is(left.length, 1);
	t.regex(left[0]!, /seed-2/u);
});

test('a folder without a grid has no runs; a damaged grid is refused', async t => {
	const { out } = await makeRuns([]);
	t.teardown(() => rmSync(out, { recursive: true }));
	t.is(planRuns(await gridOf(path.join(out, 'nothing'), [1]))[0]!.state, 'missing');
	rmSync(path.join(out, 'grid.json'));
	writeFileSync(path.join(out, 'grid.json'), '{"schemaVersion": 2}');
	const grid = await gridOf(out, [1]);
	t.throws(() => planRuns(grid), { instanceOf: UsageError, message: /grid\.json: damaged: suite: /u });
});
