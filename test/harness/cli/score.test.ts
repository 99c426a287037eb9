import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { type ScoreResult, scoreResultSchema } from '../../../harness/metrics/score/score-result.ts';
import { encodeNpy, encodeNpz } from '../../../harness/metrics/sources/npz-writer.ts';
import { type Result, resultSchema } from '../../../harness/run/records.ts';
import { createStream } from '../../../harness/tensor/random.ts';
import { locateRuntime } from '../../../harness/tensor/runtime-location.ts';
import { plainPng } from '../metrics/sources/fixtures.ts';
import { runBinary, temporaryFolder } from './run-binary.ts';

// One run of two steps, its feature network, and a cache of its own.
const folder = temporaryFolder(test);
const run = path.join(folder, 'run');
const cache = path.join(folder, 'cache');
const environment = { FEWER_LABELS_CACHE: cache, FEWER_LABELS_RUNTIME: locateRuntime()?.folder ?? '' };
const pixels = (name: string, count: number): Uint8Array =>
	Uint8Array.from(
		{ length: count * 32 * 32 * 3 },
		(() => {
			const stream = createStream(1, 'cli-score', name);
			return () => stream.integer(256);
		})(),
	);
const [images, others] = [path.join(folder, 'images.npy'), path.join(folder, 'others.npy')];

let extractor: string;
test.before(() => {
	const { status, stderr } = runBinary([
		...['train', '--method', 's3gan', '--profile', 'smoke', '--steps', '2', '--out', run],
	]);
	if (status !== 0) throw new Error(stderr);
	const networks = path.join(run, 'shared', 'feature-networks');
	extractor = `proxy:${path.join(networks, readdirSync(networks)[0])}`;
	writeFileSync(images, encodeNpy({ shape: [40, 32, 32, 3], values: pixels('images', 40) }));
	writeFileSync(others, encodeNpy({ shape: [30, 32, 32, 3], values: pixels('others', 30) }));
});

const score = (...parameters: string[]) => runBinary(['score', ...parameters], environment);
const withNetwork = (...parameters: string[]) => score('--extractor', extractor, ...parameters);
const parse = (text: string): ScoreResult => scoreResultSchema.parse(JSON.parse(text));

test.serial('a run is sampled as its own evaluation sampled it', t => {
	const { status, stdout, stderr } = withNetwork(
		'--real',
		images,
		'--fake',
		run,
		'--metrics',
		'is',
		'--json',
	);
	t.is(status, 0, stderr);
	const { metrics, fake, protocol } = parse(stdout);
	const result: Result = resultSchema.parse(JSON.parse(readFileSync(path.join(run, 'result.json'), 'utf8')));
	t.true(
		Math.abs(metrics.inceptionScore!.mean - result.scores.inceptionScore.values[0]) < 1e-5,
		`${metrics.inceptionScore?.mean} against ${result.scores.inceptionScore.values[0]}`,
	);
	t.is(fake.count, 256);
	t.is(protocol.details.generatorMode, 'EMA + standing statistics of 512 images');
	t.is(protocol.details['seed run'], 1);
});

test.serial('two sets are scored, kept in the cache, and the second time equal to the last digit', t => {
	const out = path.join(folder, 'score.json');
	const sides = ['--real', images, '--fake', others, '--protocol', 'studiogan'];
	const first = withNetwork(...sides, '--out', out);
	t.is(first.status, 0, first.stderr);
	t.regex(first.stdout, /^Protocol proxy-studiogan, fingerprint/u);
	t.regex(first.stderr, /Wrote .*score\.json\n$/u);
	const entries = path.join(cache, 'metrics', 'features');
	t.true(readdirSync(entries).length >= 2);
	const second = withNetwork(...sides, '--compare', out, '--json');
	t.is(second.status, 0, second.stderr);
	t.deepEqual(
		Object.values(parse(second.stdout).comparison!.differences).filter(difference => difference !== 0),
		[],
	);
	const third = withNetwork(...sides, '--protocol', 'clean-fid', '--compare', out);
	t.is(third.status, 4);
	t.regex(third.stderr, /^Error: protocols differ: proxy-clean-fid against proxy-studiogan: preset: /mu);
	const mixed = withNetwork(...sides, '--protocol', 'clean-fid', '--compare', out, '--allow-mixed');
	t.is(mixed.status, 0, mixed.stderr);
	t.regex(mixed.stdout, /\[MIXED\]/u);
});

test.serial('without the cache nothing stays', t => {
	const entries = path.join(cache, 'metrics', 'features');
	const before = readdirSync(entries);
	const { status, stderr } = withNetwork(
		...['--real', others, '--fake', images, '--protocol', 'ttur', '--no-cache'],
	);
	t.is(status, 0, stderr);
	t.deepEqual(readdirSync(entries), before);
});

test.serial('statistics are written, and score the same as the images', t => {
	const file = path.join(folder, 'statistics.npz');
	const saved = withNetwork('--real', images, '--protocol', 'ttur', '--save-statistics', file);
	t.is(saved.status, 0, saved.stderr);
	t.is(saved.stdout, '');
	const fid = (real: string): number =>
		parse(withNetwork('--real', real, '--fake', others, '--protocol', 'ttur', '--json').stdout).metrics.fid!;
	t.is(fid(file), fid(images));
});

test.serial('a folder of mixed pictures is scored; a damaged one is named', t => {
	const pictures = path.join(folder, 'pictures');
	mkdirSync(pictures);
	for (const [index, size] of [20, 20, 45, 32].entries()) {
		writeFileSync(path.join(pictures, `${index}.png`), plainPng(size, size + 3, [60 * index, 90, 20]));
	}
	const sides = ['--real', images, '--fake', pictures, '--metrics', 'fid'];
	const good = withNetwork(...sides);
	t.is(good.status, 0, good.stderr);
	const broken = path.join(pictures, '9.jpg');
	writeFileSync(broken, '');
	const bad = withNetwork(...sides);
	t.is(bad.status, 2);
	t.is(
		bad.stderr,
		`Error: ${broken}: cannot be read as an image: the file is empty\nFix: replace or remove the file\n`,
	);
});

test.serial('classes, copies, a probe of the discriminator and intervals come on request', t => {
	const labelled = (name: string, count: number): string => {
		const file = path.join(folder, `${name}.npz`);
		const values = Uint8Array.from({ length: count }, (_, image) => image % 10);
		const arrays = new Map([
			['images', { shape: [count, 32, 32, 3], values: pixels(name, count) }],
			['labels', { shape: [count], values }],
		]);
		writeFileSync(file, encodeNpz(arrays));
		return file;
	};
	const [real, training] = [labelled('held-out', 40), labelled('training', 60)];
	const asked = ['--metrics', 'fid,per-class-fid,duplicates,linear-probe', '--bootstrap', '100'];
	const sides = ['--real', real, '--fake', run, '--training', training];
	const out = path.join(folder, 'more.json');
	const { status, stdout, stderr } = withNetwork(...sides, ...asked, '--out', out);
	t.is(status, 0, stderr);
	t.regex(stdout, /^FID of classes ↓ +[\d.]+ \(mean of 10 classes; each in the JSON\)$/mu);
	t.regex(stdout, /^Copies ↓ +[\d.]+ % of the fakes/mu);
	t.regex(
		stdout,
		/^Linear probe ↑ +[\d.]+ % right \([\d.]+ % of the images it was fitted to\) {3}\[[\d.]+ %, [\d.]+ %\]$/mu,
	);
	t.regex(stdout, /^In brackets: 95 % bootstrap intervals over the images, 100 replicates$/mu);
	const result = parse(readFileSync(out, 'utf8'));
	t.is(result.metrics.perClassFid?.classes.length, 10);
	t.is(result.training?.count, 60);
	t.is(result.protocol.details['linear-probe penalty'], 1e-3);
	t.true(result.intervals!.of.fid.low < result.metrics.fid!);
	// What one of two results did not measure does not keep their FIDs apart.
	const plain = withNetwork('--real', real, '--fake', run, '--metrics', 'fid', '--compare', out, '--json');
	t.is(plain.status, 0, plain.stderr);
	t.deepEqual(parse(plain.stdout).comparison, { with: out, mixed: false, differences: { fid: 0 } });

	const refused = withNetwork('--real', real, '--fake', others, '--metrics', 'per-class-fid');
	t.is(refused.status, 2);
	t.is(
		refused.stderr,
		"Error: per-class-fid: needs class labels of the fake side: a data set, a .npz with an array 'labels', or a run that is trained with classes\nFix: leave it out of --metrics, or give more\n",
	);
});

test('bad usage exits with 2 and one message', t => {
	const features = path.join(folder, 'features.npy');
	writeFileSync(features, encodeNpy({ shape: [4, 2], values: new Float32Array(8) }));
	for (const [parameters, message] of [
		[['--real', images], 'Error: score: expected --fake SOURCE'],
		[['--real', images, '--fake', '/nothing'], 'Error: /nothing: does not exist'],
		[['--real', images, '--fake', images, '--protocol', 'fid'], 'Error: protocol: expected one of '],
		[['--real', images, '--fake', images, '--metrics', 'fid,lpips'], 'error: option '],
		[['--real', images, '--fake', images, '--float-range', '1'], 'error: option '],
		[['--real', images, '--fake', images, '--real-split', 'val'], 'error: option '],
		[['--real', images, '--fake', images, '--compare', images], `Error: ${images}: not a result of`],
		[['--fake', images], 'error: required option '],
		// Before anything is measured: that takes weights, which are not installed here.
		[
			['--real', images, '--save-statistics', path.join(folder, 'x.json')],
			'Error: --save-statistics: expected a name that ends in .npz',
		],
		[
			['--real', features, '--fake', images, '--save-statistics', path.join(folder, 'x.npz')],
			`Error: ${features}: its statistics cannot be saved`,
		],
	] as const) {
		const { status, stdout, stderr } = score(...parameters);
		t.is(status, 2, stderr);
		t.is(stdout, '');
		t.true(stderr.startsWith(message), stderr);
	}
});

test('without installed Inception weights the environment is not ready', t => {
	const classes = path.join(folder, 'classes');
	for (const name of ['a', 'b']) {
		mkdirSync(path.join(classes, name), { recursive: true });
		for (const picture of ['1.png', '2.png']) writeFileSync(path.join(classes, name, picture), 'no picture');
	}
	for (const sides of [
		['--real', images, '--fake', others],
		// Said before the set is read, which would fail.
		['--real', `folder:${classes}`, '--fake', others],
		['--real', images, '--fake', `folder:${classes}`],
	]) {
		const { status, stderr } = score(...sides);
		t.is(status, 7, stderr);
		t.regex(stderr, /^Error: Inception: no weights are installed on this machine/u);
		t.regex(stderr, /^Fix: .*metrics install/mu);
	}
	t.is(withNetwork('--real', `folder:${classes}`, '--fake', others).status, 2);
});
