import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { loadDataSet } from '../../../harness/data/load.ts';
import { UsageError } from '../../../harness/errors.ts';
import { readClassifierRecords } from '../../../harness/run/label-records.ts';
import { type LabelPreparation, prepareLabels } from '../../../harness/run/prepare-labels.ts';
import { findProfile } from '../../../harness/suite/profiles.ts';

const out = mkdtempSync(path.join(tmpdir(), 'fewer-labels-records-'));
test.after.always(() => rmSync(out, { recursive: true, force: true }));

test('a folder without classifiers has no records', t => {
	t.deepEqual(readClassifierRecords(path.join(out, 'nothing')), []);
});

test.serial(
	'every classifier of a grid is one record, hard and soft labels together, clusters none',
	async t => {
		const dataSet = await loadDataSet('shapes', { resolution: 32, trainCount: 200, testCount: 50 });
		const prepare = (preparation: LabelPreparation) =>
			prepareLabels({
				preparation,
				profile: findProfile('smoke'),
				dataSet,
				sharedFolder: path.join(out, 'shared'),
				report: () => {},
			});
		await prepare({ kind: 'inferred-labels', labelFraction: 0.2 });
		await prepare({ kind: 'inferred-soft-labels', labelFraction: 0.2 });
		const { provenance } = await prepare({ kind: 'inferred-labels', labelFraction: 0.1 });
		await prepare({ kind: 'clusters', clusters: 5 });

		const records = readClassifierRecords(out);
		t.deepEqual(
			records.map(({ profile, labelFraction, seed }) => [profile, labelFraction, seed]),
			[
				['smoke', 0.1, 1],
				['smoke', 0.2, 1],
			],
		);
		const [first] = records;
		t.deepEqual({ heldOut: first.heldOut, unlabelled: first.unlabelled }, provenance.errors as object);
		t.is(first.heldOut?.images, 50);
		t.is(first.dataSet.digest, dataSet.digest);
		t.deepEqual([first.images, first.classes], [200, 10]);
	},
);

test.serial('a record that cannot be read is an error that says what to delete', t => {
	const folder = path.join(out, 'shared', 'labels', 'inferred-broken');
	mkdirSync(folder, { recursive: true });
	writeFileSync(path.join(folder, 'labels.json'), '{"labelsDigest": "x"}');
	const error = t.throws(() => readClassifierRecords(out), { instanceOf: UsageError });
	t.regex(error.message, /inferred-broken\/labels\.json: not the record of a classifier/u);
	t.regex(error.fix ?? '', /^delete .*inferred-broken; the grid makes it again$/u);
});
