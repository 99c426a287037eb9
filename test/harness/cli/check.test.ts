import test from 'ava';
import { makeGrid, makeProxyGrid } from '../../reports/make-grid.ts';
import { runBinary } from './run-binary.ts';

const run = (seed: number) => ({ method: 's3gan', labelFraction: 1, seed, fid: 8 });

test('violations are printed with what was expected and found, exit code 4', t => {
	const { status, stdout } = runBinary(['check', makeProxyGrid().folder]);
	t.is(status, 4);
	t.regex(
		stdout,
		/✗ grid-complete: every run of the grid has a result\n {4}failed: runs\/big-gan-labels-10-seed-3/u,
	);
	t.regex(stdout, /✗ records-readable/u);
	t.regex(stdout, /✓ protocol/u);
	t.regex(stdout, /Rules, edition 1: \d+ violations; 0 waived/u);
});

test('--json prints rules and findings', t => {
	const { status, stdout } = runBinary(['check', makeProxyGrid().folder, '--json']);
	t.is(status, 4);
	const { ok, rules, findings } = JSON.parse(stdout);
	t.false(ok);
	t.is(rules.length, 13);
	t.like(findings[0], { rule: 'grid-complete', verdict: 'failed' });
});

test('if runs are missing and nothing else is wrong, exit code 6', t => {
	const events = [
		{ event: 'started' },
		{ event: 'metrics', step: 250_000, losses: {} },
		{ event: 'completed' },
	];
	const { folder } = makeGrid({
		runs: [
			...[1, 2, 3].map(seed => ({ ...run(seed), method: 'my-method', manifest: true, events })),
			{ method: 'my-method', labelFraction: 1, seed: 4 },
		],
	});
	const { status, stdout } = runBinary(['check', folder]);
	t.is(status, 6, stdout);
});

test('a folder without a grid exits with 2', t => {
	const { status, stderr } = runBinary(['check', 'test']);
	t.is(status, 2);
	t.regex(stderr, /there is no grid\.json in it/u);
});
