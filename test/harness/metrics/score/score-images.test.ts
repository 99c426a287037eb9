import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { canonicalJson } from '../../../../harness/canonical-json.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { openFeatureCache } from '../../../../harness/metrics/cache/feature-cache.ts';
import { presets } from '../../../../harness/metrics/protocols/presets.ts';
import { ProtocolMismatchError } from '../../../../harness/metrics/protocols/require-same.ts';
import { preprocessingOf } from '../../../../harness/metrics/protocols/score-protocol.ts';
import { formatScore } from '../../../../harness/metrics/score/format-score.ts';
import { measureSide } from '../../../../harness/metrics/score/measure-side.ts';
import { saveSideStatistics } from '../../../../harness/metrics/score/save-statistics.ts';
import { type ScoreOptions, scoreImages } from '../../../../harness/metrics/score/score-images.ts';
import { numbersOf, scoreResultSchema } from '../../../../harness/metrics/score/score-result.ts';
import { encodeNpz } from '../../../../harness/metrics/sources/npz-writer.ts';
import { openSource } from '../../../../harness/metrics/sources/open-source.ts';
import type { PictureSource, ScoreSource } from '../../../../harness/metrics/sources/source.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';
import { fakeExtractor, noisePictures, squares } from './fake-extractor.ts';

const real = noisePictures('real', squares(40));
const fake = noisePictures('fake', squares(30), { contrast: 0.5 });

const score = (t: ExecutionContext, options: Partial<ScoreOptions> = {}) =>
	scoreImages({
		real,
		fake,
		preset: presets['tfgan-s3gan'],
		loadExtractor: async () => fakeExtractor(),
		cache: openFeatureCache(temporaryFolder(t)),
		...options,
	});

const openFile = (t: ExecutionContext, file: string): Promise<ScoreSource> =>
	openSource(file, { split: 'test', resolution: 8, temporaryFolder: temporaryFolder(t) });

/** The real side's statistics, written to a file under a protocol. */
async function savedStatistics(t: ExecutionContext, name: keyof typeof presets): Promise<string> {
	const side = await measureSide(real, {
		preset: presets[name],
		loadExtractor: async () => fakeExtractor(),
		cache: openFeatureCache(temporaryFolder(t)),
	});
	const file = path.join(temporaryFolder(t), 'real.npz');
	await saveSideStatistics(file, side);
	return file;
}

test.serial('a score is a valid record: numbers, protocol, both sides, and what must be said', async t => {
	const { result } = await score(t);
	t.deepEqual(scoreResultSchema.parse(result), result);
	t.is(result.protocol.name, 'proxy-tfgan-s3gan');
	t.true(result.protocol.proxy);
	t.deepEqual([result.real.count, result.fake.count], [40, 30]);
	t.deepEqual(Object.keys(numbersOf(result)).sort(), ['fid', 'inceptionScore', 'kernelDistance']);
	t.true(result.metrics.fid! > 0);
	t.deepEqual(result.notes.slice(0, 3), [
		'a network for tests',
		'published tfgan-s3gan numbers are made of 50000 real images, these of 40',
		'published tfgan-s3gan numbers are made of 50000 fake images, these of 30',
	]);
});

test.serial('the same images score 0, noisier ones worse', async t => {
	const own = await score(t, { fake: { ...real, name: 'again' }, metrics: ['fid'] });
	t.true(own.result.metrics.fid! < 1e-6);
	const near = await score(t, {
		fake: noisePictures('near', squares(40), { contrast: 0.9 }),
		metrics: ['fid'],
	});
	const far = await score(t, {
		fake: noisePictures('far', squares(40), { contrast: 0.2 }),
		metrics: ['fid'],
	});
	t.true(near.result.metrics.fid! < far.result.metrics.fid!);
});

test.serial('constant images and fewer images than dimensions score finite', async t => {
	const constant = noisePictures('constant', squares(12), { contrast: 0 });
	const { result } = await score(t, { fake: constant, metrics: ['fid', 'is'] });
	t.true(Number.isFinite(result.metrics.fid));
	t.is(result.metrics.inceptionScore?.mean.toFixed(6), '1.000000');
	const few = await score(t, { fake: noisePictures('few', squares(3)), metrics: ['fid'] });
	t.true(Number.isFinite(few.result.metrics.fid));
	t.true(few.result.notes.length > 3, `${few.result.notes}`);
});

test.serial('a single image scores finite, and the score says how little that means', async t => {
	const one = noisePictures('one', squares(1));
	const { result } = await score(t, { fake: one, metrics: ['fid'] });
	t.true(Number.isFinite(result.metrics.fid));
	t.true(
		result.notes.some(note =>
			note.startsWith('one image shows no spread, so its covariance is taken as zero'),
		),
		`${result.notes}`,
	);
});

test.serial(
	'statistics written by us give the same FID and the same protocol details as the images',
	async t => {
		const file = await savedStatistics(t, 'tfgan-s3gan');
		const fromImages = await score(t, { metrics: ['fid'] });
		const fromFile = await score(t, { real: await openFile(t, file), metrics: ['fid'] });
		t.is(fromFile.result.metrics.fid, fromImages.result.metrics.fid);
		t.is(fromFile.result.protocol.fingerprint, fromImages.result.protocol.fingerprint);
		t.false(fromFile.result.notes.some(note => note.includes('does not say')));
	},
);

test.serial(
	'statistics of another protocol are refused, with exit code 4, or marked when asked for',
	async t => {
		const file = await savedStatistics(t, 'pytorch-fid');
		const error = await t.throwsAsync(score(t, { real: await openFile(t, file) }), {
			instanceOf: ProtocolMismatchError,
		});
		t.is(error.exitCode, 4);
		t.true(error.message.startsWith(`${file} was made under another protocol: preprocessing: `));
		t.is(
			error.fix,
			'measure with --protocol pytorch-fid and one network on both sides, or add --allow-mixed to go on, marked',
		);
		const { result } = await score(t, { real: await openFile(t, file), allowMixed: true });
		t.true(result.notes.some(note => note.startsWith('MIXED PROTOCOLS, the scores mean little: ')));
	},
);

test.serial('statistics of another network are refused', async t => {
	const file = await savedStatistics(t, 'tfgan-s3gan');
	const error = await t.throwsAsync(
		score(t, { real: await openFile(t, file), loadExtractor: async () => fakeExtractor('9'.repeat(64)) }),
		{ instanceOf: ProtocolMismatchError },
	);
	t.is(
		error.message,
		`${file} was made under another protocol: extractor: projection ffffffffffff against projection 999999999999`,
	);
});

test.serial(
	'a mixed score has a fingerprint of its own, and is not compared with a pure one unmarked',
	async t => {
		const pure = await score(t);
		const file = await savedStatistics(t, 'pytorch-fid');
		const mixed = await score(t, { real: await openFile(t, file), allowMixed: true, metrics: ['fid'] });
		t.is(mixed.result.real.digest, pure.result.real.digest, 'the same images');
		t.like(mixed.result.protocol.details, {
			mixed: true,
			'real preprocessing': canonicalJson(preprocessingOf(presets['pytorch-fid'])),
		});
		t.regex(formatScore(mixed.result), /^Protocol proxy-tfgan-s3gan, fingerprint [0-9a-f]{12} \[MIXED\]$/mu);
		const earlier = { name: 'mixed.json', result: mixed.result };
		await t.throwsAsync(score(t, { earlier }), {
			instanceOf: ProtocolMismatchError,
			message: /mixed: true against none|mixed: none against true/u,
		});
		const marked = await score(t, { earlier, allowMixed: true });
		t.is(marked.result.comparison?.mixed, true);
	},
);

test.serial('statistics score as the images they were made of do: one fingerprint', async t => {
	const preset = presets['tfgan-s3gan'];
	const saved = async (source: PictureSource): Promise<ScoreSource> => {
		const cache = openFeatureCache(temporaryFolder(t));
		const side = await measureSide(source, { preset, cache, loadExtractor: async () => fakeExtractor() });
		const file = path.join(temporaryFolder(t), `${source.name}.npz`);
		await saveSideStatistics(file, side);
		return openFile(t, file);
	};
	const earlier = { name: 'images.json', result: (await score(t, { metrics: ['fid'] })).result };
	const [first, second] = [await saved(real), await saved(fake)];
	const loadExtractor = () => t.fail() as never;
	const { result } = await score(t, { real: first, fake: second, earlier, loadExtractor });
	t.is(result.protocol.fingerprint, earlier.result.protocol.fingerprint);
	t.deepEqual(result.comparison, { with: 'images.json', mixed: false, differences: { fid: 0 } });
	t.deepEqual(result.network, earlier.result.network);
});

test.serial('statistics of two networks are not scored against each other unless asked for', async t => {
	const savedBy = async (name: string, fingerprint: string): Promise<string> => {
		const side = await measureSide(real, {
			preset: presets['tfgan-s3gan'],
			loadExtractor: async () => fakeExtractor(fingerprint),
			cache: openFeatureCache(temporaryFolder(t)),
		});
		const file = path.join(temporaryFolder(t), `${name}.npz`);
		await saveSideStatistics(file, side);
		return file;
	};
	const [one, other] = [await savedBy('one', '1'.repeat(64)), await savedBy('other', '2'.repeat(64))];
	const sides = { real: await openFile(t, one), fake: await openFile(t, other) };
	const loadExtractor = () => t.fail() as never;
	await t.throwsAsync(score(t, { ...sides, loadExtractor }), {
		instanceOf: ProtocolMismatchError,
		message: `${other} was made under another protocol: extractor: projection 222222222222 against projection 111111111111 of ${one}`,
	});
	const { result } = await score(t, { ...sides, loadExtractor, allowMixed: true });
	t.like(result.protocol.details, { mixed: true, 'fake extractorFingerprint': '2'.repeat(64) });
	t.true(result.notes.some(note => note.startsWith('MIXED PROTOCOLS')));
	const pure = await score(t, { real: sides.real, fake: sides.real, loadExtractor });
	t.false('mixed' in pure.result.protocol.details);
});

const unknownWeights = {
	sourceDigest: 'd'.repeat(64),
	sourceName: 'mine.npz',
	publication: null,
	weightsDigest: 'e'.repeat(64),
};

test.serial('which file weights come from stands in the result, also by way of statistics', async t => {
	const note = 'unverified weights: mine.npz is no known publication';
	const preset = presets['tfgan-s3gan'];
	const loadExtractor = async () => ({ ...fakeExtractor(), provenance: unknownWeights, notes: [note] });
	const side = await measureSide(real, {
		preset,
		loadExtractor,
		cache: openFeatureCache(temporaryFolder(t)),
	});
	const file = path.join(temporaryFolder(t), 'real.npz');
	await saveSideStatistics(file, side);
	const direct = await score(t, { loadExtractor });
	t.deepEqual(direct.result.network, {
		name: 'projection',
		fingerprint: 'f'.repeat(64),
		weights: unknownWeights,
	});
	t.regex(
		formatScore(direct.result),
		/^ {2}network: projection, weights e{12} \(mine\.npz, no known publication, SHA-256 d{12}\)$/mu,
	);
	const statistics = { real: await openFile(t, file), fake: await openFile(t, file) };
	const { result } = await score(t, { ...statistics, loadExtractor: () => t.fail() as never });
	t.deepEqual(scoreResultSchema.parse(result).network, direct.result.network);
	t.true(result.notes.includes(`${file}: ${note}`));
});

test.serial('features of unknown origin do not pass for those of the protocol', async t => {
	const file = path.join(temporaryFolder(t), 'features.npz');
	const values = Float32Array.from({ length: 30 * 5 }, (_, index) => Math.sin(index));
	writeFileSync(file, encodeNpz(new Map([['features', { shape: [30, 5], values }]])));
	const { result } = await score(t, { fake: await openFile(t, file), metrics: ['fid'] });
	t.is(result.protocol.details['fake features'], 'unknown origin');
	t.not(result.protocol.fingerprint, (await score(t, { metrics: ['fid'] })).result.protocol.fingerprint);
});

test.serial('statistics of other tools are taken, and marked as unproven', async t => {
	const file = path.join(temporaryFolder(t), 'theirs.npz');
	const identity = Float64Array.from({ length: 25 }, (_, index) => (index % 6 === 0 ? 1 : 0));
	writeFileSync(
		file,
		encodeNpz(
			new Map([
				['mu', { shape: [5], values: new Float64Array(5) }],
				['sigma', { shape: [5, 5], values: identity }],
			]),
		),
	);
	const { result } = await score(t, { real: await openFile(t, file), metrics: ['fid'] });
	t.true(
		result.notes.includes(`${file} does not say how it was made: taken as tfgan-s3gan, which nothing proves`),
	);
	t.is(result.real.count, 0);
	// Two such files need no network at all.
	const both = await score(t, {
		real: await openFile(t, file),
		fake: await openFile(t, file),
		loadExtractor: () => t.fail() as never,
	});
	t.true(both.result.metrics.fid! < 1e-9);
	t.is(both.result.protocol.details.extractorFingerprint, 'unknown');
});

test.serial('statistics of another dimension are refused', async t => {
	const file = path.resolve('test/fixtures/metrics/arrays/statistics.npz');
	await t.throwsAsync(score(t, { real: await openFile(t, file) }), {
		instanceOf: UsageError,
		message: 'feature statistics: expected equal dimensions, got 3 and 5',
	});
});

test.serial('feature files are scored without a network', async t => {
	const file = path.resolve('test/fixtures/metrics/arrays/features.npz');
	const { result } = await score(t, {
		real: await openFile(t, file),
		fake: await openFile(t, file),
		loadExtractor: () => t.fail() as never,
	});
	t.true(result.metrics.fid! < 1e-9);
	t.true(result.notes.includes('is was left out: it needs images on the fake side'));
});

test.serial('an earlier result is compared metric by metric under one protocol', async t => {
	const earlier = { name: 'earlier.json', result: (await score(t)).result };
	const other = noisePictures('other', squares(30), { contrast: 0.8 });
	const { result } = await score(t, { fake: other, earlier });
	t.is(result.comparison?.mixed, false);
	t.is(result.comparison?.differences.fid, result.metrics.fid! - earlier.result.metrics.fid!);
	t.regex(formatScore(result), /^FID ↓\s+\S+ {3}-\S+ against earlier\.json$/mu);
});

test.serial(
	'an earlier result of another protocol or count is refused, or marked when asked for',
	async t => {
		const earlier = { name: 'earlier.json', result: (await score(t)).result };
		const fewer = noisePictures('fewer', squares(20));
		const error = await t.throwsAsync(score(t, { fake: fewer, earlier }), {
			instanceOf: ProtocolMismatchError,
		});
		t.is(
			error.message,
			'protocols differ: proxy-tfgan-s3gan against proxy-tfgan-s3gan: fakeCount: 20 against 30',
		);
		const { result } = await score(t, { fake: fewer, earlier, allowMixed: true });
		t.is(result.comparison?.mixed, true);
		t.true(result.notes.includes('MIXED PROTOCOLS, the difference means little: fakeCount: 20 against 30'));
		t.regex(formatScore(result), /against earlier\.json \[MIXED\]$/mu);
	},
);

test.serial('the printed score names protocol, sides, directions and notes', async t => {
	const { result } = await score(t, { preset: presets.studiogan });
	const text = formatScore(result);
	t.regex(
		text,
		/^Protocol proxy-studiogan, fingerprint [0-9a-f]{12}\n {2}real: real \(40 images, split as given\)\n/u,
	);
	for (const line of [
		/^FID ↓/mu,
		/^IS ↑ .*\(single split\)$/mu,
		/^Precision ↑/mu,
		/^Coverage ↑/mu,
		/^Note: /mu,
	]) {
		t.regex(text, line);
	}
});

test.serial('statistics of features without an origin, or under another ending, are not saved', async t => {
	const source = await openFile(t, path.resolve('test/fixtures/metrics/arrays/features.npz'));
	const side = await measureSide(source, {
		preset: presets.ttur,
		loadExtractor: () => t.fail() as never,
		cache: openFeatureCache(temporaryFolder(t)),
	});
	await t.throwsAsync(saveSideStatistics('x.npz', side), {
		instanceOf: UsageError,
		message: `${source.name}: its statistics cannot be saved: nothing says which network and protocol its features have`,
	});
	await t.throwsAsync(saveSideStatistics('x.json', side), {
		instanceOf: UsageError,
		message: "--save-statistics: expected a name that ends in .npz, got 'x.json'",
	});
});
