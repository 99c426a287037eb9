import test from 'ava';
import { describeSubset, selectLabelled } from '../../../harness/data/label-subset.ts';
import { UsageError } from '../../../harness/errors.ts';
import { classificationErrors, hardLabels, inferLabels } from '../../../methods/pretraining/infer-labels.ts';
import { labelTrainingSet } from '../../../methods/pretraining/label-training-set.ts';
import { pretrain } from '../../../methods/pretraining/pretrain.ts';
import { tinyData, tinyOptions } from './support/tiny.ts';

const joined = (parts: Iterable<Float32Array>): number[] => [...parts].flatMap(part => [...part]);

test.serial('every training image gets the classifier’s label, labelled ones too', async t => {
	const data = await tinyData();
	const extractor = await pretrain(data, tinyOptions);
	t.teardown(() => extractor.dispose());
	const fractions: number[] = [];
	const { content, errors } = labelTrainingSet(extractor, data, {
		onProgress: ({ fraction }) => fractions.push(fraction),
	});
	const expected = inferLabels(extractor, data.train);
	t.deepEqual(content.labels, hardLabels(expected));
	const soft = joined(content.softLabels!);
	t.is(soft.length, 80 * 10);
	for (let image = 0; image < 80; image++) {
		const row = soft.slice(10 * image, 10 * image + 10);
		t.true(Math.abs(row.reduce((sum, value) => sum + value) - 1) < 1e-5);
		t.is(row.indexOf(Math.max(...row)), content.labels[image]);
	}
	const { labels } = data.train;
	const subset = selectLabelled({ labels, classes: 10, fraction: 0.25, seed: 1 });
	t.deepEqual(
		errors.unlabelled,
		classificationErrors(expected, labels, image => !subset.includes(image)),
	);
	t.is(errors.unlabelled!.images, 80 - subset.length);
	t.is(errors.heldOut!.images, 20);
	t.deepEqual(content.labelled, subset);
	t.like(content.provenance, {
		extractorFingerprint: extractor.fingerprint,
		keepTrueLabels: false,
		dataSet: { digest: data.digest },
		labelledSubset: describeSubset(labels, 10, subset),
		errors,
	});
	t.is(extractor.description.labelledDigest, describeSubset(labels, 10, subset).digest);
	t.is(fractions.at(-1), 1);
});

test.serial('true labels are kept if asked, hard and soft, and nothing else changes', async t => {
	const data = await tinyData();
	const extractor = await pretrain(data, tinyOptions);
	t.teardown(() => extractor.dispose());
	const plain = labelTrainingSet(extractor, data).content;
	const kept = labelTrainingSet(extractor, data, { keepTrueLabels: true }).content;
	const subset = selectLabelled({ labels: data.train.labels, classes: 10, fraction: 0.25, seed: 1 });
	const [plainSoft, keptSoft] = [joined(plain.softLabels!), joined(kept.softLabels!)];
	for (let image = 0; image < 80; image++) {
		const truth = data.train.labels[image];
		const isLabelled = subset.includes(image);
		const oneHot = Array.from({ length: 10 }, (_, label) => Number(label === truth));
		t.is(kept.labels[image], isLabelled ? truth : plain.labels[image]);
		const row = (values: number[]): number[] => values.slice(10 * image, 10 * image + 10);
		t.deepEqual(row(keptSoft), isLabelled ? oneHot : row(plainSoft));
	}
});

test.serial('probabilities are left out if not wanted', async t => {
	const data = await tinyData();
	const extractor = await pretrain(data, tinyOptions);
	t.teardown(() => extractor.dispose());
	t.is(labelTrainingSet(extractor, data, { soft: false }).content.softLabels, null);
});

test.serial('other data, and a network that knows no classes, are refused', async t => {
	const data = await tinyData();
	const extractor = await pretrain(data, { ...tinyOptions, labelFraction: null });
	t.teardown(() => extractor.dispose());
	t.throws(() => labelTrainingSet(extractor, data), {
		instanceOf: UsageError,
		message: 'label inference: the network was trained on rotations only and knows no classes',
	});
	t.throws(() => labelTrainingSet(extractor, { ...data, digest: 'f'.repeat(64) }), {
		instanceOf: UsageError,
		message: /^label inference: the network was trained on data \w{12}…, got data ffffffffffff…$/u,
	});
});
