import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { checkGrid, rules } from '../../../harness/check/check-grid.ts';
import { readGrid } from '../../../harness/check/read-grid.ts';
import { ruleNames } from '../../../harness/check/rule-names.ts';
import { bigGanConfig } from '../../../methods/networks/big-gan/config.ts';
import { describeDiscriminator } from '../../../methods/networks/big-gan/describe-discriminator.ts';
import { describeGenerator } from '../../../methods/networks/big-gan/describe-generator.ts';
import { countParameters } from '../../../methods/networks/parameters.ts';
import { type MadeRun, makeGrid } from '../../reports/make-grid.ts';

const config = bigGanConfig({ resolution: 128 });
const parameters = {
	generator: countParameters(describeGenerator(config)),
	discriminator: countParameters(describeDiscriminator(config)),
};

const completed = [
	{ event: 'started' },
	{ event: 'metrics', step: 125_000, losses: { 'generator.total': 1 } },
	{ event: 'metrics', step: 250_000, losses: { 'generator.total': 1 } },
	{ event: 'completed', trainingMs: 1000 },
];

/** Three runs of BIGGAN under the paper's conditions; `change` replaces parts of the second one. */
const threeRuns = (change: Partial<MadeRun> = {}) =>
	makeGrid({
		runs: [1, 2, 3].map(seed => ({
			method: 'big-gan',
			title: 'BIGGAN',
			labelFraction: 1,
			seed,
			fid: 8 + seed / 10,
			inceptionScore: 75,
			manifest: true,
			events: completed,
			...(seed === 2 ? change : {}),
			result: { parameters, ...(seed === 2 ? change.result : {}) },
		})),
	});

const failures = async (folder: string): Promise<string[]> =>
	(await checkGrid(readGrid(folder))).findings
		.filter(({ verdict }) => verdict === 'failed')
		.map(({ rule, where, actual }) => `${rule}, seed ${where.seed ?? '-'}: ${actual}`);

test('the rules are those that a waiver can name, in their order', t => {
	t.deepEqual(
		rules.map(({ name }) => name),
		[...ruleNames],
	);
});

test('runs under the paper’s conditions keep every rule', async t => {
	const compliance = await checkGrid(readGrid(threeRuns().folder));
	t.deepEqual(compliance.findings, []);
	t.true(compliance.ok);
	t.true(compliance.rules.every(({ checked, failed }) => checked === 3 && failed === 0));
});

test('a rule has not looked at a run whose record it cannot read, and says so', async t => {
	const { findings, rules: ofRules } = await checkGrid(
		readGrid(threeRuns({ manifest: false, events: undefined }).folder),
	);
	const unchecked = ['identity', 'events', 'finite', 'steps', 'parameters', 'settings', 'labels', 'software'];
	t.deepEqual(
		findings
			.filter(({ verdict, where }) => verdict === 'not checked' && where.seed === 2)
			.map(({ rule }) => rule),
		[...unchecked, 'clean-tree'],
	);
	t.deepEqual(
		ofRules.filter(({ checked }) => checked === 2).map(({ name }) => name),
		[...unchecked, 'clean-tree'],
	);
});

test('within a rule violations come first, then what is waived, then what was not checked', async t => {
	const labelFraction = 0.1;
	const { folder } = makeGrid({
		runs: [
			{ method: 'my-method', labelFraction, seed: 1, fid: 8, manifest: true, events: completed },
			...[2, 3].map(seed => ({
				...{ method: 'clustering', labelFraction: null, seed, fid: 8, manifest: true, events: completed },
				changeManifest: {
					identity: {
						...{ method: 'clustering', options: { clusters: 7 }, settings: {}, labelFraction: null, seed },
						...{ dataSet: 'd', protocol: 'p', backend: 'b' },
					},
				},
			})),
		],
	});
	const waiver = {
		where: { seed: 2 },
		reason: 'a study of few clusters',
		name: 'A. Author',
		date: '2026-01-31',
	};
	writeFileSync(
		path.join(folder, 'waivers.json'),
		JSON.stringify({ schemaVersion: 1, waivers: [{ ...waiver, rule: 'settings' }] }),
	);
	const verdicts = (await checkGrid(readGrid(folder))).findings
		.filter(({ rule }) => rule === 'settings')
		.map(({ verdict }) => verdict);
	t.deepEqual([...new Set(verdicts)], ['failed', 'waived', 'not checked']);
	t.deepEqual(verdicts.slice(0, 3), ['failed', 'waived', 'not checked']);
});

test('the networks of a user’s module are counted as well, unless it is gone or has changed since', async t => {
	const place = mkdtempSync(path.join(tmpdir(), 'module-'));
	t.teardown(() => rmSync(place, { recursive: true }));
	const file = path.join(place, 'method.ts');
	const base = JSON.stringify(path.resolve('methods/big-gan/method.ts'));
	writeFileSync(
		file,
		`import { method as base } from ${base};\nexport const method = { ...base, name: 'mine' };\n`,
	);
	const grid = (result = {}) =>
		makeGrid({
			runs: [1, 2, 3].map(seed => ({
				method: 'mine',
				labelFraction: 1,
				seed,
				fid: 8 + seed / 10,
				manifest: true,
				events: completed,
				changeManifest: { methodModule: file },
				result: { parameters, ...result },
			})),
		}).folder;
	const found = async (folder: string) =>
		(await checkGrid(readGrid(folder))).findings
			.filter(({ rule, where }) => rule === 'parameters' && where.seed === 1)
			.map(({ verdict, actual }) => `${verdict}: ${actual}`);
	t.deepEqual(await found(grid()), []);
	const wrong = { parameters: { ...parameters, generator: 1 } };
	// The manifests of these runs name another digest of the module's source.
	t.deepEqual(await found(grid(wrong)), ['not checked: its module has changed since the run']);
	rmSync(file);
	t.deepEqual(await found(grid()), [`not checked: method: there is no file ${file}`]);
});

const breaks = test.macro({
	exec: async (t, change: Partial<MadeRun>, expected: RegExp[]) => {
		const found = await failures(threeRuns(change).folder);
		t.is(found.length, expected.length, found.join('\n'));
		for (const [index, pattern] of expected.entries()) t.regex(found[index]!, pattern);
	},
	title: name => `one run is found that ${name}`,
});

const event = (step: number) => ({ event: 'metrics', step, losses: { 'generator.total': 1 } });
test('has no result', breaks, { fid: undefined }, [/^grid-complete, seed 2: lost: /u]);
test('has no manifest', breaks, { manifest: false }, [/^records-readable, seed 2: none$/u]);
test('skips steps', breaks, { events: [completed[0]!, event(1000), event(250_000), completed[3]!] }, [
	/^steps, seed 2: step 250000 after step 1000, logged every 1000$/u,
]);
test(
	'goes back without a restart',
	breaks,
	{ events: [completed[0]!, event(250_000), event(250_000), completed[3]!] },
	[/^steps, seed 2: step 250000 after step 250000$/u],
);
test('ends early', breaks, { events: [completed[0]!, event(125_000), completed[3]!] }, [
	/^steps, seed 2: the last logged step is 125000$/u,
]);
test('completed twice', breaks, { events: [...completed, completed[3]!] }, [
	/^events, seed 2: started, completed, completed$/u,
]);
test(
	'logged what is no number',
	breaks,
	{ events: [completed[0]!, { event: 'metrics', step: 250_000, losses: { x: null } }, completed[3]!] },
	[/^finite, seed 2: events\.jsonl, line 2/u],
);
test(
	'has a mean that is none',
	breaks,
	{
		result: {
			parameters,
			scores: {
				fid: { mean: 8, std: 0, values: [9, 10] },
				inceptionScore: { mean: 75, std: 0, values: [75] },
			},
		},
	},
	[/^finite, seed 2: 8$/u],
);
test(
	'has one parameter too many',
	breaks,
	{ result: { parameters: { ...parameters, generator: parameters.generator + 1 } } },
	[/^parameters, seed 2: 70433989 in result\.json$/u],
);
test(
	'was measured under another protocol',
	breaks,
	{
		result: {
			parameters,
			protocol: { name: 'pytorch-fid', fingerprint: 'a'.repeat(64), proxy: false, details: {} },
		},
	},
	[/^identity, seed 2: a{64}$/u, /^protocol, seed 2: protocol pytorch-fid/u],
);
test(
	'was made with changes beside the commit',
	breaks,
	{
		changeManifest: {
			source: { git: { commit: 'c'.repeat(40), dirty: true }, packageLockDigest: 'd'.repeat(64) },
		},
	},
	[/^clean-tree, seed 2: commit c{12} with changes$/u],
);
test(
	'was made with other software',
	breaks,
	{ changeManifest: { software: { node: 'v22.0.0', backend: 'tensorflow 2.9.1 cpu' } } },
	[/^software, seed 2: tensorflow 2\.9\.1 cpu/u],
);

test('a resumed run may repeat steps', async t => {
	const events = [
		completed[0]!,
		event(125_000),
		event(250_000),
		{ event: 'interrupted' },
		{ event: 'started' },
		event(250_000),
		completed[3]!,
	];
	t.deepEqual(await failures(threeRuns({ events }).folder), []);
});

test('a changed setting moves the run id, and is no setting of the paper', async t => {
	const { folder, grid } = threeRuns();
	const file = path.join(folder, grid.runs[1]!.folder, 'manifest.json');
	writeFileSync(file, readFileSync(file, 'utf8').replace('"batchSize":2048', '"batchSize":256'));
	const found = await failures(folder);
	t.deepEqual(
		found.map(line => line.split(':')[0]),
		['identity, seed 2', 'settings, seed 2'],
	);
});

test('two seeds with the same weights are one', async t => {
	const { folder } = threeRuns({ result: { weightsDigest: 'same', parameters } });
	t.deepEqual(await failures(folder), []);
	const twins = makeGrid({
		runs: [1, 2].map(seed => ({
			method: 'big-gan',
			labelFraction: 1,
			seed,
			fid: 8,
			manifest: true,
			events: completed,
			result: { parameters, weightsDigest: 'same' },
		})),
	});
	t.deepEqual(await failures(twins.folder), [
		'seeds, seed -: seeds 1, 2',
		'seeds, seed 2: the weights of seed 1',
	]);
});

test('a label fraction must be that part of the images', async t => {
	const run = (method: string, labelFraction: number, seed: number, imagesUsed: number) => ({
		method,
		labelFraction,
		seed,
		fid: 8,
		manifest: true,
		changeManifest: { imagesUsed },
	});
	const { folder } = makeGrid({
		runs: [run('big-gan', 1, 1, 1_000_000), run('big-gan', 0.1, 1, 100_300), run('big-gan', 0.1, 2, 110_000)],
	});
	const found = (await failures(folder)).filter(line => line.startsWith('labels'));
	t.deepEqual(found, ['labels, seed 2: 110000 images']);
});

test('a waiver excuses what it names, says so, and one that excuses nothing is told', async t => {
	const { folder } = threeRuns({
		changeManifest: {
			source: { git: { commit: 'c'.repeat(40), dirty: true }, packageLockDigest: 'd'.repeat(64) },
		},
	});
	const waiver = {
		rule: 'clean-tree',
		reason: 'only a README was open',
		name: 'A. Author',
		date: '2026-01-31',
	};
	const write = (waivers: unknown[]) =>
		writeFileSync(path.join(folder, 'waivers.json'), JSON.stringify({ schemaVersion: 1, waivers }));
	write([
		{ ...waiver, where: { seed: 2 } },
		{ ...waiver, rule: 'steps' },
	]);
	const { ok, findings, unusedWaivers } = await checkGrid(readGrid(folder));
	t.true(ok);
	t.like(findings[0]!, { verdict: 'waived', waiver: 'only a README was open (A. Author, 2026-01-31)' });
	t.deepEqual(
		unusedWaivers.map(({ rule }) => rule),
		['steps'],
	);
	write([{ ...waiver, where: { seed: 3 } }]);
	t.false((await checkGrid(readGrid(folder))).ok);
});
