import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { loadDataSet } from '../../../harness/data/load.ts';
import { type LabelPreparation, preparationOf, prepareLabels } from '../../../harness/run/prepare-labels.ts';
import { findProfile } from '../../../harness/suite/profiles.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { loadMethod } from '../../../methods/registry.ts';

const sharedFolder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-labels-'));
test.after.always(() => rmSync(sharedFolder, { recursive: true, force: true }));

const profile = findProfile('smoke');
const request = async (preparation: LabelPreparation) => ({
	preparation,
	profile,
	dataSet: await loadDataSet('shapes', { resolution: 32, trainCount: 200, testCount: 50 }),
	sharedFolder,
	report: () => {},
});

test('only methods whose labels a network makes need a preparation', async t => {
	const needs = async (name: string, fraction: number | null, options = {}) =>
		preparationOf((await loadMethod(name)).method, options, fraction);
	t.is(await needs('big-gan', 0.1), null);
	t.is(await needs('s2gan-co', 0.1), null);
	t.is(await needs('single-label', null), null);
	t.deepEqual(await needs('s2gan', 0.1), { kind: 'inferred-labels', labelFraction: 0.1 });
	t.deepEqual(await needs('s3gan', 0.05), { kind: 'inferred-labels', labelFraction: 0.05 });
	t.deepEqual(await needs('s2gan-soft', 0.1), { kind: 'inferred-soft-labels', labelFraction: 0.1 });
	t.deepEqual(await needs('clustering', null, { clusters: 50 }), { kind: 'clusters', clusters: 50 });
	// With all labels there is nothing to infer.
	t.is(await needs('s3gan', 1), null);
});

test.serial('inferred labels are made once and shared, hard and soft from the same network', async t => {
	const before = tf.memory().numTensors;
	const hard = await prepareLabels(await request({ kind: 'inferred-labels', labelFraction: 0.1 }));
	t.is(hard.labels.classes, 10);
	t.is(hard.labels.hard.length, 200);
	t.true(hard.labels.hard.every(label => label >= 0 && label < 10));
	t.is(hard.labels.soft, null);
	t.is(hard.labels.fakeProbabilities, null);

	const networks = path.join(sharedFolder, 'feature-extractors');
	const written = readdirSync(networks).map(name => statSync(path.join(networks, name)).mtimeMs);
	const soft = await prepareLabels(await request({ kind: 'inferred-soft-labels', labelFraction: 0.1 }));
	t.deepEqual(
		readdirSync(networks).map(name => statSync(path.join(networks, name)).mtimeMs),
		written,
		'no second training',
	);
	t.not(soft.digest, hard.digest);
	const rows = soft.labels.soft!;
	for (let image = 0; image < 200; image++) {
		const row = [...rows.subarray(image * 10, (image + 1) * 10)];
		t.true(Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-5);
		t.is(row.indexOf(Math.max(...row)), hard.labels.hard[image]);
	}
	const again = await prepareLabels(await request({ kind: 'inferred-labels', labelFraction: 0.1 }));
	t.is(again.digest, hard.digest);
	t.deepEqual(again.labels.hard, hard.labels.hard);
	t.is(tf.memory().numTensors, before);
});

test.serial('clusters come with the histogram that labels of fakes are drawn from', async t => {
	const { labels, provenance } = await prepareLabels(await request({ kind: 'clusters', clusters: 7 }));
	t.is(labels.classes, 7);
	const counts = new Array<number>(7).fill(0);
	for (const label of labels.hard) counts[label] += 1;
	const probabilities = Array.from(labels.fakeProbabilities!);
	for (const [cluster, count] of counts.entries())
		t.true(Math.abs(probabilities[cluster] - count / 200) < 1e-12);
	t.is(typeof (provenance.quality as Record<string, number>).normalisedMutualInformation, 'number');
});
