import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { featureNetworkPresets } from '../../../../harness/metrics/feature-network/presets.ts';
import { expandCells } from '../../../../harness/suite/cells.ts';
import { workOfStep } from '../../../../harness/suite/cost/step-work.ts';
import { formatPlan, summariseTotals } from '../../../../harness/suite/plan/format-plan.ts';
import { makePlan } from '../../../../harness/suite/plan/make-plan.ts';
import { findProfile } from '../../../../harness/suite/profiles.ts';
import { makeRuns } from './make-run.ts';

const profile = findProfile('smoke');
const steps = profile.defaultSteps;

/** Logged at these steps, half a second a step. */
const metrics = (...logged: number[]) =>
	logged.map(step => ({ time: 2000 + step * 500, event: 'metrics', step }));

async function requestFor(out: string, methods: readonly string[], changes: object = {}) {
	const cells = await expandCells({
		rows: methods.map(method => ({ method, labelFractions: [0.1] })),
		seeds: [1, 2],
		options: new Map(),
	});
	const base = { suite: 'smoke', profile, steps, data: 'shapes', cells, out, classifiers: [] };
	return { ...base, jobs: 1, pricePerHour: 2, device: null, probe: false, ...changes };
}

test('times come from runs of the method, and for others by the ratio of the work', async t => {
	const { out } = await makeRuns([
		{ method: 'big-gan', labelFraction: 0.1, seed: 1, events: metrics(10, 20, 30) },
		{ method: 'big-gan', labelFraction: 0.1, seed: 2, state: 'missing' },
	]);
	t.teardown(() => rmSync(out, { recursive: true }));
	const plan = await makePlan(await requestFor(out, ['big-gan', 's3gan']));
	const [ours, theirs] = plan.speeds;
	t.is(ours!.time!.stepSeconds, 0.5);
	t.is(ours!.time!.source, 'measured');
	t.is(ours!.time!.from, '1 run of big-gan');
	// makeRuns logs 60 s of training in 80 s.
	t.is(ours!.time!.scoringSeconds, 20);
	t.true(Math.abs(theirs!.time!.stepSeconds - (0.5 * theirs!.workOfStep) / ours!.workOfStep) < 1e-9);
	t.regex(theirs!.time!.from, /by the ratio of the work/u);

	t.deepEqual(plan.counts, { done: 1, missing: 3 });
	t.is(plan.rows[0]!.time!.left, 0);
	t.is(plan.rows[1]!.time!.left, 0.5 * steps + 20);
	t.is(plan.totals.cost, plan.totals.hoursLeft! * 2);
	t.is(plan.totals.unit, 'CPU-hours');
});

test('a run that was interrupted goes on from its step', async t => {
	const { out, folders } = await makeRuns([
		{ method: 'big-gan', labelFraction: 0.1, seed: 1, state: 'interrupted', events: metrics(10, 20) },
	]);
	t.teardown(() => rmSync(out, { recursive: true }));
	writeFileSync(
		path.join(folders[0]!, 'progress.json'),
		JSON.stringify({ schemaVersion: 1, step: 45, steps }),
	);
	const plan = await makePlan(await requestFor(out, ['big-gan']));
	t.is(plan.rows[0]!.stepsDone, 45);
	const { left, scoring } = plan.rows[0]!.time!;
	t.is(left, 0.5 * (steps - 45) + scoring);
});

test('nothing measured is said so; a stated device is computed from the work', async t => {
	const { out } = await makeRuns([]);
	t.teardown(() => rmSync(out, { recursive: true }));
	process.env.FEWER_LABELS_CACHE = path.join(out, 'cache');
	const nothing = await makePlan(await requestFor(out, ['big-gan']));
	t.is(nothing.totals.hours, null);
	t.true(summariseTotals(nothing, null, 0).some(line => line.startsWith('Time: nothing measured yet')));

	const device = { title: 'a device', peakFlops: 1e12, utilisation: 0.5, source: null };
	const plan = await makePlan(await requestFor(out, ['big-gan'], { device, jobs: 2 }));
	const [{ time, workOfStep: work }] = plan.speeds as [(typeof plan.speeds)[number]];
	t.is(time!.source, 'computed');
	t.is(time!.stepSeconds, (2 * work) / 0.5e12);
	t.is(plan.totals.unit, 'GPU-hours');
	t.is(work, workOfStep(time!.shape).step);
	// Two runs side by side, after the feature network.
	const [network] = plan.prerequisites;
	t.is(plan.totals.secondsToFinish, network!.seconds! + plan.rows[0]!.time!.left);
});

test('what is made once is listed with who needs it, and found by its recipe', async t => {
	const { out } = await makeRuns([]);
	t.teardown(() => rmSync(out, { recursive: true }));
	const request = await requestFor(out, ['big-gan', 'clustering', 's2gan', 's2gan-soft', 's3gan'], {
		classifiers: [0.1, 0.2],
	});
	const before = (await makePlan(request)).prerequisites;
	t.deepEqual(
		before.map(({ name, neededBy, state, isResult }) => [name, neededBy, state, isResult]),
		[
			['feature network of the scores (smoke)', 10, 'missing', false],
			['rotation network without labels (Eq. 1)', 2, 'missing', false],
			['50 clusters of its features', 2, 'missing', false],
			['classifier with 10 % of the labels (Eq. 2)', 6, 'missing', true],
			['labels inferred from 10 %', 6, 'missing', false],
			['classifier with 20 % of the labels (Eq. 2)', 0, 'missing', true],
		],
	);
	const made = path.join(out, 'shared', 'feature-networks', '0123456789abcdef');
	mkdirSync(made, { recursive: true });
	const description = { recipeVersion: 1, options: featureNetworkPresets.smoke };
	writeFileSync(path.join(made, 'network.json'), JSON.stringify({ description }));
	const [network] = (await makePlan(request)).prerequisites;
	t.is(network!.state, 'done');
	t.is(network!.reason, 'shared/feature-networks/0123456789abcdef');
});

test('the tables say the state, the hours with their label, and stale runs with the reason', async t => {
	const { out } = await makeRuns([
		{ method: 'big-gan', labelFraction: 0.1, seed: 1, events: metrics(10, 20) },
		{ method: 'big-gan', labelFraction: 0.1, seed: 2, change: { methodSource: 'a'.repeat(64) } },
		{ method: 's3gan', labelFraction: 0.1, seed: 9, listed: false },
	]);
	t.teardown(() => rmSync(out, { recursive: true }));
	const plan = await makePlan(await requestFor(out, ['big-gan']));
	const text = formatPlan(plan);
	t.regex(text, /\| big-gan \| +10 % \| +1 \| +60 \| done +\| +[\d.]+ \(measured\) \|/u);
	t.regex(text, /\| stale +\| .*source of the method/u);
	const lines = summariseTotals(plan, 2, Date.UTC(2030, 0, 1));
	t.true(lines.some(line => line.startsWith('2 runs (1 done, 1 stale), profile smoke, data shapes')));
	t.true(lines.some(line => /^Finish: in .* with one job at a time \(2030-01-01/u.test(line)));
	t.true(lines.some(line => line.startsWith('Stale: 1 folder in runs/ of other code')));
});
