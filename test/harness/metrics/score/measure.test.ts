import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { featureSetFromArray } from '../../../../harness/metrics/feature-set.ts';
import type { FeatureStatistics } from '../../../../harness/metrics/feature-statistics.ts';
import { frechetDistance } from '../../../../harness/metrics/frechet-distance.ts';
import { inceptionScore } from '../../../../harness/metrics/inception-score.ts';
import { kernelDistance, kernelDistanceOfSubsets } from '../../../../harness/metrics/kernel-distance.ts';
import { perClassFidSteps } from '../../../../harness/metrics/per-class-fid.ts';
import { precisionRecall } from '../../../../harness/metrics/precision-recall.ts';
import { presets } from '../../../../harness/metrics/protocols/presets.ts';
import { measure, requireResamplable, type Side } from '../../../../harness/metrics/score/measure.ts';
import { metricNames } from '../../../../harness/metrics/score/score-result.ts';
import { statisticsOfSet } from '../../../../harness/metrics/set-statistics.ts';
import { toEnd } from '../../../../harness/metrics/steps.ts';
import { countNativeTensors } from '../../../../harness/tensor/float64.ts';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';

const dimension = 3;
const classes = 4;

function side(
	name: string,
	count: number,
): Omit<Side, 'statistics'> & { logitValues: Float32Array; statistics(): FeatureStatistics } {
	const features = featureSetFromArray(
		createStream(1, 'features', name).normals(count * dimension),
		dimension,
	);
	const logitValues = createStream(1, 'logits', name).normals(count * classes);
	return {
		kind: 'pictures',
		count,
		statistics: () => statisticsOfSet(features),
		features,
		logits: { classes, rows: () => [logitValues.slice(0, classes), logitValues.slice(classes)] },
		logitValues,
	};
}

const [real, fake] = [side('real', 60), side('fake', 50)];
const options = (name: keyof typeof presets, metrics?: Parameters<typeof measure>[2]['metrics']) => ({
	preset: presets[name],
	metrics,
	seed: 1,
});

test('the default protocol measures FID, a single-split IS and KID in blocks', async t => {
	const { metrics, notes } = await measure(real, fake, options('tfgan-s3gan'));
	t.is(metrics.fid, frechetDistance(real.statistics(), fake.statistics(), { traceRule: 'tfgan' }));
	t.deepEqual(metrics.inceptionScore, {
		mean: inceptionScore(fake.logitValues, { classes }).mean,
		std: null,
		splits: 1,
	});
	t.is(metrics.kernelDistance?.mean, kernelDistance(real.features!, fake.features!).mean);
	t.is(metrics.precision, undefined);
	t.deepEqual(notes, []);
});

test('ten splits carry their population deviation', async t => {
	const { metrics } = await measure(real, fake, options('torch-fidelity', ['is']));
	const { mean, values } = inceptionScore(fake.logitValues, { classes, splits: 10 });
	const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 10);
	t.deepEqual(metrics.inceptionScore, { mean, std, splits: 10 });
	t.deepEqual(Object.keys(metrics), ['inceptionScore']);
});

test('studiogan measures precision, recall, density and coverage with 5 neighbours', async t => {
	const { metrics } = await measure(real, fake, options('studiogan'));
	const { precision, recall, density, coverage } = precisionRecall(real.features!, fake.features!);
	t.deepEqual(
		{
			precision: metrics.precision,
			recall: metrics.recall,
			density: metrics.density,
			coverage: metrics.coverage,
		},
		{ precision, recall, density, coverage },
	);
});

test('what the protocol lacks is measured when asked for, and said', async t => {
	const { metrics, notes } = await measure(real, fake, options('pytorch-fid', ['is', 'fid-infinity']));
	t.is(metrics.inceptionScore?.splits, 10);
	t.true(Number.isFinite(metrics.fidInfinity?.value));
	t.true(
		notes.includes(
			'is is no part of pytorch-fid: measured with 10 splits, logits without bias, as in the paper that proposed it (arXiv 1606.03498)',
		),
	);
});

test('a default metric that the sides do not allow is left out, and said', async t => {
	const { metrics, notes } = await measure(real, fake, options('torch-fidelity'));
	t.is(metrics.kernelDistance, undefined);
	t.deepEqual(notes, ['kid was left out: it needs at least 1000 images on both sides, got 50']);
});

test('clean-fid takes whole sets for subsets where they are smaller', async t => {
	const { metrics, notes } = await measure(real, fake, options('clean-fid', ['kid']));
	const expected = kernelDistanceOfSubsets(real.features!, fake.features!, {
		seed: 1,
		subsets: 100,
		subsetSize: 50,
	});
	t.is(metrics.kernelDistance?.mean, expected.mean);
	t.deepEqual(notes, ['kid: every subset is all 50 images of the smaller side']);
});

test('one that was asked for is refused', async t => {
	const statistics: Side = { ...real, kind: 'statistics', count: 0, features: undefined, logits: undefined };
	const features: Side = { ...fake, kind: 'features', logits: undefined };
	for (const [first, second, metric, message] of [
		[real, fake, 'kid', 'kid: needs at least 1000 images on both sides, got 50'],
		[statistics, fake, 'prdc', 'prdc: needs features of both sides, not only statistics'],
		[real, features, 'is', 'is: needs images on the fake side'],
		[real, statistics, 'fid-infinity', 'fid-infinity: needs features of the fake side, not only statistics'],
		[real, side('few', 5), 'prdc', 'prdc: needs more than 5 images on both sides, got 5'],
		[real, side('fewer', 8), 'is', 'is: needs at least 10 fake images, got 8'],
		[real, side('few', 19), 'fid-infinity', 'fid-infinity: needs at least 20 fake images, got 19'],
	] as const) {
		const error = await t.throwsAsync(measure(first, second, options('torch-fidelity', [metric])), {
			instanceOf: UsageError,
		});
		t.is(error.message, message);
		t.is(error.fix, 'leave it out of --metrics, or give more');
	}
});

test('fewer images than dimensions give a finite FID and a warning', async t => {
	const { metrics, notes } = await measure(side('a', 2), side('b', 3), options('ttur'));
	t.true(Number.isFinite(metrics.fid));
	t.true(notes.length > 0);
});

const labels = (count: number, known: number | undefined = 3) => ({
	values: Int32Array.from({ length: count }, (_, image) => image % 3),
	classes: known,
	names: known === undefined ? undefined : ['ant', 'bee', 'cat'],
});

test('each class is scored by itself, with the names of the real side', async t => {
	const [first, second] = [
		{ ...real, labels: labels(60) },
		{ ...fake, labels: labels(50, undefined) },
	];
	const { metrics, notes } = await measure(first, second, options('tfgan-s3gan', ['per-class-fid']));
	const expected = toEnd(
		perClassFidSteps(
			{ features: real.features!, labels: labels(60).values },
			{ features: fake.features!, labels: labels(50).values },
			3,
		),
	);
	t.is(metrics.perClassFid?.mean, expected.mean);
	t.deepEqual(
		metrics.perClassFid?.classes.map(({ name, label, distance, realImages }) => [
			name,
			label,
			distance,
			realImages,
		]),
		expected.classes.map(({ label, distance }) => [['ant', 'bee', 'cat'][label], label, distance, 20]),
	);
	t.deepEqual(notes, []);
	await t.throwsAsync(
		measure(first, { ...fake, labels: { ...labels(50), classes: 4 } }, options('ttur', ['per-class-fid'])),
		{ message: 'per-class-fid: expected the same classes on both sides, got 3 and 4 of them' },
	);
});

test('fakes that are copies of training images are found, and held-out images say how near is near', async t => {
	const training = side('training', 200);
	const values = createStream(1, 'features', 'training').normals(200 * dimension);
	const copied = featureSetFromArray(Float32Array.from(values.subarray(0, 30)), dimension);
	const copies: Side = { ...side('copies', 10), features: copied };
	const found = await measure(real, copies, { ...options('tfgan-s3gan', ['duplicates']), training });
	t.is(found.metrics.duplicates?.share, 1);
	t.is(found.metrics.duplicates?.trainingImages, 200);
	t.deepEqual(
		found.metrics.duplicates?.copies.map(({ fake: row, training: column }) => row === column),
		Array.from({ length: 10 }, () => true),
	);
	t.deepEqual(found.notes, [
		'duplicates: 60 real images are too few for a quantile of 0.01: the threshold is the nearest of them',
	]);
	const honest = await measure(real, fake, {
		...options('tfgan-s3gan', ['duplicates']),
		training,
		bootstrapReplicates: 100,
	});
	t.true(honest.metrics.duplicates!.share < 0.2);
	await t.throwsAsync(measure(training, fake, { ...options('ttur', ['duplicates']), training }), {
		instanceOf: UsageError,
		message: /^duplicates: more than 1 % of the real images are in the training set itself/u,
	});
});

test('intervals hold the scores, stay within their range, and come with what they are made of', async t => {
	const { metrics, intervals } = await measure(real, fake, {
		...options('studiogan', ['fid', 'is', 'prdc']),
		bootstrapReplicates: 200,
	});
	t.like(intervals, { confidence: 0.95, replicates: 200, seed: 1 });
	t.deepEqual(Object.keys(intervals!.of), [
		'fid',
		'inceptionScore',
		'precision',
		'recall',
		'density',
		'coverage',
	]);
	const { fid, inceptionScore, precision, coverage } = intervals!.of;
	t.true(fid.low < metrics.fid! && metrics.fid! < fid.high);
	t.true(
		inceptionScore.low < metrics.inceptionScore!.mean && metrics.inceptionScore!.mean < inceptionScore.high,
	);
	t.true(precision.high <= 1 && coverage.low >= 0);
	t.is((await measure(real, fake, options('studiogan', ['fid']))).intervals, undefined);
	const subsets = await measure(side('many', 1000), side('more', 1000), {
		...options('clean-fid', ['kid']),
		bootstrapReplicates: 100,
	});
	t.deepEqual(subsets.notes, [
		'kid: every subset is all 1000 images of the smaller side',
		"no interval of kid: it needs at least 2000 images on both sides, twice a subset's, got 1000",
	]);
	t.is(subsets.intervals?.of.kernelDistance, undefined);
	const enough = await measure(side('many', 2000), side('more', 2100), {
		...options('clean-fid', ['kid']),
		bootstrapReplicates: 100,
	});
	const { mean } = enough.metrics.kernelDistance!;
	const interval = enough.intervals!.of.kernelDistance;
	t.true(interval.low < mean && mean < interval.high);
	t.deepEqual(enough.notes, [
		'the interval of kid is taken from the spread of its subsets, not from replicates',
	]);
});

test('every metric has an interval or says why not', async t => {
	const probe = {
		training: { features: real.features!, labels: labels(60).values },
		heldOut: { features: fake.features!, labels: labels(50).values },
		classes: 3,
	};
	const { metrics, intervals, notes } = await measure(
		{ ...real, labels: labels(60) },
		{ ...fake, run: 'runs/a', labels: labels(50) },
		{
			...options('tfgan-s3gan', metricNames),
			training: side('training', 200),
			probe,
			bootstrapReplicates: 100,
		},
	);
	const named: Readonly<Record<string, string>> = {
		is: 'inceptionScore',
		kid: 'kernelDistance',
		prdc: 'precision',
		'linear-probe': 'linearProbe',
	};
	for (const name of metricNames) {
		const has = (named[name] ?? name) in intervals!.of;
		t.is(notes.filter(note => note.startsWith(`no interval of ${name}: `)).length, has ? 0 : 1, name);
	}
	t.false(notes.some(note => note.startsWith('no interval of fid:')));
	t.true(intervals!.of.linearProbe.low <= metrics.linearProbe!.accuracy);
	t.true(intervals!.of.linearProbe.high >= metrics.linearProbe!.accuracy);
	t.deepEqual(
		(await measure(real, fake, options('tfgan-s3gan', ['fid-infinity']))).notes.filter(note =>
			note.startsWith('no '),
		),
		[],
		'without --bootstrap nobody asked',
	);
});

test.serial(
	'an interruption is heard within every metric that takes long, and nothing is left behind',
	async t => {
		const probe = {
			training: { features: real.features!, labels: labels(60).values },
			heldOut: { features: fake.features!, labels: labels(50).values },
			classes: 3,
		};
		const sides = [
			{ ...real, labels: labels(60) },
			{ ...fake, run: 'runs/a', labels: labels(50) },
		] as const;
		const shared = { ...options('torch-fidelity'), training: side('training', 200), probe };
		const subsets = { ...shared, preset: presets['clean-fid'] };
		const before = [tf.memory().numTensors, countNativeTensors()];
		for (const name of metricNames) {
			const controller = new AbortController();
			const run = measure(...sides, {
				...(name === 'kid' ? subsets : shared),
				metrics: [name],
				bootstrapReplicates: 100,
				signal: controller.signal,
			});
			// A turn later: in the middle of what has begun.
			setImmediate(() => controller.abort(new Error('stop')));
			await t.throwsAsync(run, { message: 'stop' }, name);
		}
		t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
	},
);

test('metrics of labels, training images and runs are refused without them', async t => {
	const labelled = { ...real, labels: labels(60) };
	const forms = "a data set, a .npz with an array 'labels', or a run that is trained with classes";
	const same: Side = { ...real, digest: 'd' };
	for (const [first, second, metric, training, message] of [
		[real, fake, 'per-class-fid', undefined, `per-class-fid: needs class labels of the real side: ${forms}`],
		[
			labelled,
			fake,
			'per-class-fid',
			undefined,
			`per-class-fid: needs class labels of the fake side: ${forms}`,
		],
		[
			real,
			fake,
			'duplicates',
			undefined,
			'duplicates: needs images or features of the training set: --training SOURCE',
		],
		[
			same,
			fake,
			'duplicates',
			same,
			'duplicates: needs real images that are not the training set: they say how near honest images come',
		],
		[
			labelled,
			fake,
			'linear-probe',
			undefined,
			'linear-probe: needs a run on the fake side: it fits a classifier to the features of its discriminator',
		],
		[
			real,
			{ ...fake, run: 'runs/a' },
			'linear-probe',
			undefined,
			'linear-probe: needs labelled images on the real side, and of the training set: --training',
		],
	] as const) {
		const error = await t.throwsAsync(measure(first, second, { ...options('ttur', [metric]), training }), {
			instanceOf: UsageError,
		});
		t.is(error.message, message);
	}
	t.throws(() => requireResamplable({ count: 7 }), {
		instanceOf: UsageError,
		message: '--bootstrap: expected at least 8 fake images to resample, got 7',
	});
});
