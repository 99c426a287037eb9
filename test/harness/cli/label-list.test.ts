import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { describeSubset } from '../../../harness/data/label-subset.ts';
import { drawShapes } from '../../../harness/data/shapes/shapes.ts';
import { runBinary, temporaryFolder } from './run-binary.ts';

// One small grid for all tests of this file: a method with direct labels and one with pre-training, one step each.
const folder = temporaryFolder(test);
const out = path.join(folder, 'grid');
const list = path.join(folder, 'list.txt');
const grid = ['--suite', 'smoke', '--methods', 'big-gan,s2gan', '--seeds', '1', '--steps', '1'];
const train = ['train', '--profile', 'smoke', '--steps', '1', '--shared', path.join(out, 'shared')];

// The last 20 pictures of each class, and 5 more of class 3: nothing that a seed would choose.
const { labels } = drawShapes({ resolution: 32, seed: 1, trainCount: 2000, testCount: 500 }).train;
const listed = Uint32Array.from(
	[...Array(10).keys()]
		.flatMap(label =>
			Array.from(labels.keys())
				.filter(image => labels[image] === label)
				.slice(label === 3 ? -25 : -20),
		)
		.sort((first, second) => first - second),
);
const subset = describeSubset(labels, 10, listed);
writeFileSync(list, [...listed].reverse().join('\n'));

const manifestOf = (run: string) => JSON.parse(readFileSync(path.join(run, 'manifest.json'), 'utf8'));
let first: ReturnType<typeof runBinary>;
test.before(() => {
	first = runBinary(['run', ...grid, '--label-list', list, '--jobs', '2', '--out', out]);
});

test.serial('a list takes the place of the random subset, for direct and for inferred labels', t => {
	t.is(first.status, 0, first.stderr);
	const runs = readdirSync(path.join(out, 'runs')).sort();
	t.deepEqual(
		runs.map(name => name.replace(/-[0-9a-f]{12}$/u, '')),
		['big-gan-labels-10-seed-1', 's2gan-labels-10-seed-1'],
	);
	for (const run of runs) {
		const { identity, dataSet, labelled, labelListFile, preparedLabels, randomness } = manifestOf(
			path.join(out, 'runs', run),
		);
		t.deepEqual(labelled, { ...subset });
		t.deepEqual(dataSet.imagesPerClass, Array(10).fill(200));
		t.is(labelled.count, 205);
		t.is(labelled.perClass[3], 25);
		t.is(identity.labelList, subset.digest);
		t.is(identity.labelFraction, 0.1);
		t.is(labelListFile, list);
		t.false('labelled images' in randomness.seeds);
		if (identity.method === 's2gan') {
			t.deepEqual(preparedLabels.labelledSubset, labelled);
			t.is(preparedLabels.pretraining.labelList, subset.digest);
		}
	}
	const checked = runBinary(['check', out, '--json']);
	const { rules } = JSON.parse(checked.stdout) as {
		rules: { name: string; checked: number; failed: number }[];
	};
	// What a run of today writes is enough for every rule about one run, and keeps it.
	const ofRuns = ['identity', 'events', 'finite', 'steps', 'parameters', 'settings', 'protocol', 'labels'];
	for (const { name, checked: count, failed } of rules.filter(rule => ofRuns.includes(rule.name))) {
		t.deepEqual([name, count, failed], [name, 2, 0]);
	}
});

test.serial('the list is part of what a run is: the same one finds it done, another or none does not', t => {
	const plan = (...more: string[]) => {
		const { status, stdout, stderr } = runBinary(['plan', ...grid, ...more, '--out', out, '--json']);
		t.is(status, 0, stderr);
		return JSON.parse(stdout) as {
			runs: { state: string; reason: string }[];
			prerequisites: { kind: string; state: string }[];
		};
	};
	const same = plan('--label-list', list);
	t.deepEqual(new Set(same.runs.map(({ state }) => state)), new Set(['done']));
	t.true(same.prerequisites.every(({ state }) => state === 'done'));

	const none = plan('--labels', '0.1');
	for (const { state, reason } of none.runs) {
		t.is(state, 'stale');
		t.is(reason, `list of labelled images: ${subset.digest.slice(0, 12)}… → none`);
	}
	// The network was trained with other labelled images.
	const missing = none.prerequisites.filter(({ state }) => state === 'missing').map(({ kind }) => kind);
	t.deepEqual(missing, ['extractor', 'labels']);

	const alone = path.join(folder, 'alone');
	const { status, stderr } = runBinary([
		...train,
		'--method',
		'big-gan',
		'--label-list',
		list,
		'--out',
		alone,
	]);
	t.is(status, 0, stderr);
	const [bigGan] = readdirSync(path.join(out, 'runs')).sort();
	t.true(bigGan!.endsWith(manifestOf(alone).runId), 'train and run make the same run of it');
});

test.serial('labels of a list are inferred only with that list', t => {
	const prepare = (labelFraction: number, ...more: string[]) =>
		runBinary([
			...['prepare', '--profile', 'smoke', '--data', 'shapes', '--shared', path.join(out, 'shared')],
			...['--labelling', JSON.stringify({ kind: 'inferred-labels', labelFraction })],
			...more,
		]);
	const { status, stdout, stderr } = prepare(0.1, '--label-list', list, '--json');
	t.is(status, 0, stderr);
	const { result } = JSON.parse(stdout.trim().split('\n').at(-1)!);
	t.deepEqual(result.labelList, { digest: subset.digest, images: 205, fraction: 0.1 });
	t.deepEqual(result.labels.labelledSubset, { ...subset });
	const other = prepare(0.2, '--label-list', list);
	t.is(other.status, 2);
	t.regex(other.stderr, /lists the label fraction 0\.1 \([0-9a-f]{12}\), asked for was 0\.2 \(any list\)/u);
});

const refused = test.macro((t, lines: string[], more: string[], message: RegExp) => {
	const file = path.join(folder, `${t.title.replaceAll(/\W/gu, '-')}.txt`);
	writeFileSync(file, lines.join('\n'));
	const { status, stderr, stdout } = runBinary([...more, '--label-list', file]);
	t.is(status, 2, stderr);
	t.regex(stderr, message);
	t.is(stdout, '');
});
const plan = ['plan', ...grid];
const whole = [...listed].map(String);
const outside = path.join(folder, 'never');
test(
	'an image that there is not',
	refused,
	[...whole, '2000'],
	plan,
	/line 206: expected an image below 2000/u,
);
test('an image twice', refused, [...whole, whole[4]!], plan, /line 206: "\d+" is the image of line 5 again/u);
test(
	'a class without an image ends a run before anything is trained',
	refused,
	whole.filter(image => labels[Number(image)] !== 7),
	[...train, '--method', 'big-gan', '--out', outside],
	/lists no image of 1 of 10 classes: 7/u,
);
test('names where the source has none', refused, ['a.png'], plan, /this data source names no images/u);
test(
	'a method without labels',
	refused,
	whole,
	[...train, '--method', 'single-label', '--out', outside],
	/--label-list: no labels are read by single-label\n.*leave --label-list out/u,
);
test(
	'methods without labels in a grid',
	refused,
	whole,
	['plan', '--suite', 'smoke', '--methods', 'random-label,s3gan,clustering'],
	/no labels are read by random-label, clustering\n.*--methods s3gan/u,
);
test('a fraction beside the list', refused, whole, [...plan, '--labels', '0.1'], /cannot be used with/u);

test.serial('the report prints the list in the command that makes the cell again', t => {
	const { status, stderr } = runBinary(['report', out, '--format', 'md']);
	t.is(status, 0, stderr);
	const report = readFileSync(path.join(out, 'report', 'report.md'), 'utf8');
	t.regex(report, /--methods (?:big-gan|s2gan) --label-list FILE --seeds 1 --data shapes /u);
	t.notRegex(report, /fewer-labels run .*--labels/u);
});
