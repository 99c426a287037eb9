import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
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
	t.regex(stdout, /✓ seeds/u);
	t.regex(
		stdout,
		/Rules, edition 2: 24 violations; 0 waived, 90 not checked\nNot checked everywhere \(\?\): identity,/u,
	);
	t.regex(
		stdout,
		/\? identity: .*\n {4}not checked: runs\/big-gan\S+ and 8 more: expected a readable manifest/u,
	);
});

test('--json prints rules and findings', t => {
	const { status, stdout } = runBinary(['check', makeProxyGrid().folder, '--json']);
	t.is(status, 4);
	const { ok, rules, findings } = JSON.parse(stdout);
	t.false(ok);
	t.is(rules.length, 13);
	t.like(findings[0], { rule: 'grid-complete', verdict: 'failed' });
});

const completed = [
	{ event: 'started' },
	...Array.from({ length: 200 }, (_, index) => ({ event: 'metrics', step: 1250 * (index + 1), losses: {} })),
	{ event: 'completed' },
];

test('the last lines never say that all rules hold if some were not checked, or hold by a waiver', t => {
	const threeSeeds = (method: string, changeManifest = {}) =>
		makeGrid({
			runs: [1, 2, 3].map(seed => ({
				...{ ...run(seed), method, manifest: true, changeManifest, events: completed },
				result: { parameters: { generator: 70_433_988, discriminator: 87_982_370 } },
			})),
		}).folder;
	const check = (folder: string) => {
		const { status, stdout } = runBinary(['check', folder]);
		t.is(status, 0, stdout);
		return stdout;
	};
	const whole = threeSeeds('big-gan');
	const all = check(whole);
	t.is(all.match(/^✓ /gmu)?.length, 13, all);
	t.true(all.endsWith('Rules, edition 2: all hold; 0 waived, 0 not checked\n'));

	const unknown = check(threeSeeds('my-method'));
	t.notRegex(unknown, /all hold/u);
	t.regex(unknown, /^\? parameters: /mu);
	t.true(
		unknown.endsWith(
			'Rules, edition 2: no violation found, but not all could be checked; 0 waived, 6 not checked\nNot checked everywhere (?): parameters, settings\n',
		),
		unknown,
	);

	const source = { git: { commit: 'c'.repeat(40), dirty: true }, packageLockDigest: 'd'.repeat(64) };
	const dirty = threeSeeds('big-gan', { source });
	const waiver = { rule: 'clean-tree', reason: 'only a README was open', name: 'A', date: '2026-01-31' };
	writeFileSync(path.join(dirty, 'waivers.json'), JSON.stringify({ schemaVersion: 1, waivers: [waiver] }));
	const waived = check(dirty);
	t.regex(waived, /^† clean-tree: .*\n {4}waived: \S+ and 2 more: /mu);
	t.true(waived.endsWith('Rules, edition 2: hold but for what is waived; 3 waived, 0 not checked\n'), waived);
});

test('of a grid of classifiers alone no rule says that it holds', t => {
	const { folder } = makeGrid({ runs: [] });
	const labels = path.join(folder, 'shared/labels/inferred-a');
	mkdirSync(labels, { recursive: true });
	const heldOut = { top1: 0.38, top5: 0.16, images: 50_000 };
	const provenance = {
		...{ profile: 'imagenet-128', dataSet: { name: 'imagenet-128', digest: 'd' }, extractorFingerprint: 'f' },
		...{ pretraining: { labelFraction: 0.1, seed: 1 }, errors: { heldOut, unlabelled: null } },
	};
	writeFileSync(path.join(labels, 'labels.json'), JSON.stringify({ labelsDigest: 'a', provenance }));
	const { status, stdout } = runBinary(['check', folder]);
	t.is(status, 0, stdout);
	t.notRegex(stdout, /✓|hold;/u);
	t.regex(stdout, /^Rules, edition 2: nothing could be checked; 0 waived, 0 not checked$/mu);
});

test('if runs are missing and nothing else is wrong, exit code 6', t => {
	const { folder } = makeGrid({
		runs: [
			...[1, 2, 3].map(seed => ({ ...run(seed), method: 'my-method', manifest: true, events: completed })),
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
