import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { featureSetFromArray } from '../../../../harness/metrics/feature-set.ts';
import { frechetDistance } from '../../../../harness/metrics/frechet-distance.ts';
import { inceptionScore } from '../../../../harness/metrics/inception-score.ts';
import { kernelDistance } from '../../../../harness/metrics/kernel-distance.ts';
import { precisionRecall } from '../../../../harness/metrics/precision-recall.ts';
import { presets } from '../../../../harness/metrics/protocols/presets.ts';
import { measure, type Side } from '../../../../harness/metrics/score/measure.ts';
import { statisticsOfSet } from '../../../../harness/metrics/set-statistics.ts';
import { createStream } from '../../../../harness/tensor/random.ts';

const dimension = 3;
const classes = 4;

function side(name: string, count: number): Side & { logitValues: Float32Array } {
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

test('the default protocol measures FID, a single-split IS and KID in blocks', t => {
	const { metrics, notes } = measure(real, fake, options('tfgan-s3gan'));
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

test('ten splits carry their population deviation', t => {
	const { metrics } = measure(real, fake, options('torch-fidelity', ['is']));
	const { mean, values } = inceptionScore(fake.logitValues, { classes, splits: 10 });
	const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 10);
	t.deepEqual(metrics.inceptionScore, { mean, std, splits: 10 });
	t.deepEqual(Object.keys(metrics), ['inceptionScore']);
});

test('studiogan measures precision, recall, density and coverage with 5 neighbours', t => {
	const { metrics } = measure(real, fake, options('studiogan'));
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

test('what the protocol lacks is measured when asked for, and said', t => {
	const { metrics, notes } = measure(real, fake, options('pytorch-fid', ['is', 'fid-infinity']));
	t.is(metrics.inceptionScore?.splits, 10);
	t.true(Number.isFinite(metrics.fidInfinity?.value));
	t.true(notes.includes("is is no part of pytorch-fid: measured by the rule of the metric's own paper"));
});

test('a default metric that the sides do not allow is left out, and said', t => {
	const { metrics, notes } = measure(real, fake, options('clean-fid'));
	t.is(metrics.kernelDistance, undefined);
	t.deepEqual(notes, ['kid was left out: it needs at least 1000 images on both sides, got 50']);
});

test('one that was asked for is refused', t => {
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
		const error = t.throws(() => measure(first, second, options('clean-fid', [metric])), {
			instanceOf: UsageError,
		});
		t.is(error.message, message);
		t.is(error.fix, 'leave it out of --metrics, or give more');
	}
});

test('fewer images than dimensions give a finite FID and a warning', t => {
	const { metrics, notes } = measure(side('a', 2), side('b', 3), options('ttur'));
	t.true(Number.isFinite(metrics.fid));
	t.true(notes.length > 0);
});
