import { createHash } from 'node:crypto';
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

const event = (step: number) => ({ event: 'metrics', step, losses: { 'generator.total': 1 } });
const completed = [
	{ event: 'started' },
	...Array.from({ length: 200 }, (_, index) => event(1250 * (index + 1))),
	{ event: 'completed', trainingMs: 1000 },
];
const end = completed.at(-1)!;

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
	const unchecked = [
		'identity',
		'events',
		'finite',
		'steps',
		'parameters',
		'settings',
		'protocol',
		'labels',
		'software',
	];
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

test('without weights the clusters of a run are those of its options, not the classes of its data', async t => {
	const sized = (classes: number) => {
		const networks = bigGanConfig({ resolution: 128, classes });
		return {
			generator: countParameters(describeGenerator(networks)),
			discriminator: countParameters(describeDiscriminator(networks)),
		};
	};
	const found = async (classes: number) => {
		const identity = {
			...{ method: 'clustering', options: { clusters: 50 }, labelFraction: null, seed: 1 },
			...{ settings: { resolution: 128, channels: 96 }, dataSet: 'd', protocol: 'p', backend: 'b' },
		};
		const { folder } = makeGrid({
			runs: [
				{
					...{ method: 'clustering', labelFraction: null, seed: 1, fid: 8, manifest: true },
					...{ changeManifest: { identity }, result: { parameters: sized(classes) } },
				},
			],
		});
		return (await failures(folder)).filter(line => line.startsWith('parameters'));
	};
	t.deepEqual(await found(50), []);
	t.is((await found(1000)).length, 2);
});

const breaks = test.macro({
	exec: async (t, change: Partial<MadeRun>, expected: RegExp[]) => {
		const found = await failures(threeRuns(change).folder);
		t.is(found.length, expected.length, found.join('\n'));
		for (const [index, pattern] of expected.entries()) t.regex(found[index]!, pattern);
	},
	title: name => `one run is found that ${name}`,
});

test('has no result', breaks, { fid: undefined }, [/^grid-complete, seed 2: lost: /u]);
test('has no manifest', breaks, { manifest: false }, [/^records-readable, seed 2: none$/u]);
test('skips steps', breaks, { events: [completed[0]!, event(1000), event(250_000), end] }, [
	/^steps, seed 2: step 250000 after step 1000, logged every 1000$/u,
]);
test(
	'goes back without a restart',
	breaks,
	{ events: [completed[0]!, event(250_000), event(250_000), end] },
	[/^steps, seed 2: step 250000 after step 250000$/u],
);
test('ends early', breaks, { events: [completed[0]!, event(125_000), end] }, [
	/^steps, seed 2: the last logged step is 125000$/u,
]);
test('completed twice', breaks, { events: [...completed, end] }, [
	/^events, seed 2: started, completed, completed$/u,
]);
test(
	'logged what is no number',
	breaks,
	{ events: [completed[0]!, { event: 'metrics', step: 250_000, losses: { x: null } }, end] },
	[/^finite, seed 2: events\.jsonl, line 2/u],
);
const scores = (values: readonly number[], mean: number, std: number) => ({
	result: {
		parameters,
		scores: {
			fid: { mean, std, values: [...values] },
			inceptionScore: { mean: 75, std: 0, values: values.map(() => 75) },
		},
	},
});
test('has a mean that is none', breaks, scores([8, 8, 8, 8, 13], 8, 2), [/^finite, seed 2: 8$/u]);
test('has a deviation that is none', breaks, scores([8, 8, 8, 8, 13], 9, 0), [/^finite, seed 2: 0$/u]);
test('has an FID below zero', breaks, scores([-1, -1, -1, -1, -1], -1, 0), [/^finite, seed 2: -1, -1/u]);
test('was scored on fewer fake sets than its protocol says', breaks, scores([8, 8, 8, 8], 8, 0), [
	/^finite, seed 2: 4$/u,
	/^finite, seed 2: 4$/u,
]);
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
	[
		/^identity, seed 2: a{64}$/u,
		/^settings, seed 2: pytorch-fid$/u,
		/^protocol, seed 2: protocol pytorch-fid/u,
	],
);
const protocolWith = (details: Record<string, number | string>) => ({
	result: {
		parameters,
		protocol: {
			...{ name: 'tfgan-s3gan', fingerprint: createHash('sha256').update('tfgan-s3gan').digest('hex') },
			...{ proxy: false, details: { fakeSets: 5, ...details } },
		},
	},
});
test('was measured on fewer fakes than its settings say', breaks, protocolWith({ fakesPerSet: 10_000 }), [
	/^protocol, seed 2: 10000$/u,
]);
test('was measured with other standing statistics', breaks, protocolWith({ standingImages: 64 }), [
	/^protocol, seed 2: 64$/u,
]);
test('was measured on other data', breaks, protocolWith({ dataSetDigest: 'other' }), [
	/^protocol, seed 2: other$/u,
]);
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
	[/^identity, seed 2: tensorflow 2\.21\.0 cuda$/u, /^software, seed 2: tensorflow 2\.9\.1 cpu/u],
);
test(
	'was made of other dependencies',
	breaks,
	{
		changeManifest: {
			source: { git: { commit: 'c'.repeat(40), dirty: false }, packageLockDigest: 'e'.repeat(64) },
		},
	},
	[/^software, seed 2: tensorflow 2\.21\.0 cuda, lock file e{12}$/u],
);
test('says of itself that it had another profile', breaks, { changeManifest: { profile: 'smoke' } }, [
	/^identity, seed 2: imagenet-128$/u,
]);
test(
	'was trained with labels that are not those of its identity',
	breaks,
	{ changeManifest: { preparedLabels: { kind: 'clusters', clustersDigest: 'c', pretraining: {} } } },
	[/^identity, seed 2: null$/u],
);
test(
	'trained on data that are not those of its identity',
	breaks,
	{ changeManifest: { dataSet: { name: 'imagenet-128', digest: 'other' } } },
	[/^identity, seed 2: [0-9a-f]{64}$/u],
);
const stopped = [{ event: 'interrupted' }, { event: 'resumed', step: 0 }];
test('resumed without a start', breaks, { events: [completed[0]!, ...stopped, ...completed.slice(1)] }, [
	/^events, seed 2: started, interrupted, resumed, completed$/u,
]);
test('never started', breaks, { events: completed.slice(1) }, [/^events, seed 2: completed$/u]);

const unchecked = async (change: Partial<MadeRun>): Promise<string[]> =>
	(await checkGrid(readGrid(threeRuns(change).folder))).findings.map(
		({ rule, verdict, where, actual }) => `${verdict}: ${rule}, seed ${where.seed}: ${actual}`,
	);

test('a run that logged its last step alone has shown no gap, and no continuity either', async t => {
	t.deepEqual(await unchecked({ events: [completed[0]!, event(250_000), end] }), [
		'not checked: steps, seed 2: one every 250000',
	]);
});

test('runs without a lock file are alike in nothing that is known', async t => {
	const source = { git: { commit: 'c'.repeat(40), dirty: false }, packageLockDigest: null };
	const found = await unchecked({ changeManifest: { source } });
	t.is(found.length, 2, found.join('\n'));
	t.is(found[1], 'not checked: software, seed 2: not recorded');
});

test('a training that collapsed has logged its steps up to there', async t => {
	const ended = async (step: number, lines: number) => {
		const collapse = { step, reason: 'NaN', scoredStep: step - 1 };
		const events = [...completed.slice(0, lines + 1), end];
		return failures(threeRuns({ result: { parameters, collapse }, events }).folder);
	};
	t.deepEqual(await ended(12_800, 10), []);
	t.deepEqual(await ended(200_000, 10), ['steps, seed 2: the last logged step is 12500']);
	t.deepEqual(await ended(12_400, 10), ['steps, seed 2: the last logged step is 12500']);
});

test('a process that failed before the run started is no disorder', async t => {
	const events = [{ event: 'failed', message: 'no data' }, { event: 'interrupted' }, ...completed];
	t.deepEqual(await failures(threeRuns({ events }).folder), []);
});

test('a resumed run may repeat steps', async t => {
	const events = [
		completed[0]!,
		event(125_000),
		event(250_000),
		{ event: 'interrupted' },
		{ event: 'started' },
		event(250_000),
		end,
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
