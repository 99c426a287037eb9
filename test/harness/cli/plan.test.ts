import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { makeRuns } from '../suite/plan/make-run.ts';
import { runBinary } from './run-binary.ts';

const place = { method: 'big-gan', labelFraction: 1 } as const;
const cache = mkdtempSync(path.join(tmpdir(), 'plan-cache-'));
test.after.always(() => rmSync(cache, { recursive: true }));
// No probe of this machine, and no file of it, may move the answers.
const environment = { FEWER_LABELS_CACHE: cache, FEWER_LABELS_RUNTIME: '' };

const planJson = (...parameters: string[]) => {
	const { status, stdout, stderr } = runBinary(['plan', '--json', ...parameters], environment);
	return { status, stderr, plan: status === 0 ? JSON.parse(stdout) : undefined };
};

test('plan says state and reason of every run, prerequisites, and that nothing is measured', async t => {
	const { out } = await makeRuns([
		{ ...place, seed: 1, change: { backend: 'none' } },
		{ ...place, seed: 2, change: { methodSource: 'a'.repeat(64), backend: 'none' } },
		{ ...place, seed: 3, change: { backend: 'none' }, state: 'failed' },
	]);
	t.teardown(() => rmSync(out, { recursive: true }));
	const { plan, stderr } = planJson('--suite', 'smoke', '--methods', 'big-gan', '--out', out);
	t.truthy(plan, stderr);
	const states = plan.runs.map(({ state }: { state: string }) => state);
	t.deepEqual(states, ['done', 'stale', 'failed']);
	t.regex(plan.runs[1].reason, /source of the method/u);
	t.is(plan.prerequisites[0].neededBy, 3);
	t.is(plan.totals.hours, null);
	t.is(plan.runs[0].labelFraction, 1);

	const shown = runBinary(['plan', '--suite', 'smoke', '--methods', 'big-gan', '--out', out], environment);
	t.is(shown.status, 0);
	t.regex(shown.stdout, /\| stale +\|/u);
	t.regex(shown.stderr, /3 runs \(1 done, 1 stale, 1 failed\)/u);

	// What is part of a run's identity is part of the question, for `run` without doing it as well.
	const early = ['--on-collapse', 'stop', '--evaluate-every', '100'];
	for (const command of [['plan'], ['run', '--dry-run']]) {
		const asked = [...command, '--json', '--suite', 'smoke', '--methods', 'big-gan', '--out', out, ...early];
		const { runs } = JSON.parse(runBinary(asked, environment).stdout);
		t.is(runs[0].state, 'stale');
		t.is(runs[0].reason, 'what ends a training early: none → stop, evaluated every 100 steps');
	}
});

test('the paper on a stated GPU, its price and its memory', t => {
	const { plan } = planJson(
		'--suite',
		'paper',
		'--gpu',
		'h100',
		'--utilisation',
		'0.4',
		'--jobs',
		'8',
		'--price',
		'2',
	);
	t.is(plan.device.peakFlops, 494.5e12);
	t.is(plan.totals.unit, 'GPU-hours');
	t.true(plan.runs.every(({ time }: { time: { source: string } }) => time.source === 'computed'));
	t.is(plan.totals.cost, 2 * plan.totals.hoursLeft);
	const { plan: slower } = planJson(
		'--suite',
		'paper',
		'--flops',
		'494.5e12',
		'--utilisation',
		'0.2',
		'--jobs',
		'8',
	);
	t.true(Math.abs(slower.totals.hours / plan.totals.hours - 2) < 1e-9);

	const { plan: memory } = planJson(
		'--suite',
		'paper',
		'--methods',
		's3gan',
		'--memory',
		'--memory-limit',
		'80GB',
	);
	const [row] = memory.rows;
	t.is(row.batchSize, 2048);
	t.true(row.peak > row.state + row.base);
	t.true(2048 % row.largestMicroBatch === 0);
	const { plan: less } = planJson(
		'--suite',
		'paper',
		'--methods',
		's3gan',
		'--memory',
		'--memory-limit',
		'1GB',
	);
	t.is(less.rows[0].largestMicroBatch, null);
});

for (const [name, parameters, message] of [
	['both a GPU and a peak', ['--gpu', 'h100', '--flops', '1e12'], /--gpu and --flops both/u],
	[
		'a GPU that is not in the list',
		['--gpu', 'h10'],
		/there is no 'h10' in the list\nFix: did you mean h100/u,
	],
	[
		'a utilisation above 1',
		['--flops', '1e12', '--utilisation', '2'],
		/expected a number in \(0, 1\], got '2'/u,
	],
	['a size without a unit', ['--memory', '--memory-limit', '80'], /expected a size with its unit/u],
] as const) {
	test(`plan refuses ${name}`, t => {
		const { status, stderr } = runBinary(['plan', '--suite', 'smoke', ...parameters]);
		t.is(status, 2);
		t.regex(stderr, message);
	});
}
