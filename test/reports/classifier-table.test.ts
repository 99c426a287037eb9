import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { classifierTable } from '../../reports/classifier-table.ts';
import { formatTables } from '../../reports/render-terminal.ts';
import { makeReport } from '../../reports/write-report.ts';
import { makeGrid } from './make-grid.ts';

const record = (labelFraction: number, top1: number, change = {}) => ({
	folder: `labels-${labelFraction}-${top1}`,
	profile: 'imagenet-128',
	dataSet: { name: 'imagenet-128', digest: 'd' },
	images: 1_281_167,
	classes: 1000,
	labelFraction,
	seed: 1,
	extractorFingerprint: 'f',
	heldOut: { top1, top5: 0.16, images: 50_000 },
	unlabelled: null,
	...change,
});

test('each classifier counts once, with difference and verdict against the paper', t => {
	const classifiers = [
		record(0.05, 0.6),
		...[0.3672, 0.3675, 0.3679].map(top1 => record(0.1, top1)),
		...[0.4, 0.41, 0.42].map(top1 => record(0.2, top1)),
	];
	const { rows, note } = classifierTable({ classifiers, finished: [] });
	t.is(note, null);
	t.deepEqual(rows, [
		[
			...['Top-1', '60.00 (n = 1; +9.92; inconclusive)', '50.08'],
			...['36.75 (n = 3; +0.01; reproduced)', '36.74', '41.00 (n = 3; +11.79; worse)', '29.21'],
		],
		[
			...['Top-5', '16.00 (n = 1; −10.94; inconclusive)', '26.94'],
			...['16.00 (n = 3; −0.04; reproduced)', '16.04', '16.00 (n = 3; +5.67; worse)', '10.33'],
		],
	]);
});

test('classifiers of other data stand in rows of their own and are not comparable', t => {
	const shapes = { profile: 'smoke', dataSet: { name: 'shapes-32', digest: 's' } };
	const table = classifierTable({ classifiers: [record(0.1, 0.4), record(0.1, 0.2, shapes)], finished: [] });
	t.deepEqual(
		table.rows.map(([name, , , tenth]) => [name, tenth]),
		[
			['Top-1, profile imagenet-128 on imagenet-128', '40.00 (n = 1; +3.26; inconclusive)'],
			['Top-5, profile imagenet-128 on imagenet-128', '16.00 (n = 1; −0.04; inconclusive)'],
			['Top-1, profile smoke on shapes-32', '20.00 (n = 1; not comparable)'],
			['Top-5, profile smoke on shapes-32', '16.00 (n = 1; not comparable)'],
		],
	);
	t.regex(
		table.note!,
		/^Ours with profile smoke on shapes-32 \(profile smoke instead of imagenet-128\): not comparable with the paper’s/u,
	);
});

test('what the data are decides, whatever their folder is called', t => {
	const named = (name: string, change = {}) =>
		record(0.1, 0.4, { dataSet: { name, digest: name }, ...change });
	const small = { images: 9469, classes: 10, heldOut: { top1: 0.4, top5: 0.16, images: 3925 } };
	const { rows, note } = classifierTable({
		classifiers: [named('ILSVRC2012-128'), named('imagenette-128', small)],
		finished: [],
	});
	t.deepEqual(
		rows.filter((_, index) => index % 2 === 0).map(([name, , , tenth]) => [name, tenth]),
		[
			['Top-1, profile imagenet-128 on ILSVRC2012-128', '40.00 (n = 1; +3.26; inconclusive)'],
			['Top-1, profile imagenet-128 on imagenette-128', '40.00 (n = 1; not comparable)'],
		],
	);
	t.regex(
		note!,
		/data imagenette-128 \(10 classes, 9,469 training images, 3,925 held out\) instead of ImageNet/u,
	);
});

test('runs that share a classifier in their manifests name it once', async t => {
	const { folder } = makeGrid({
		runs: [1, 2, 3].map(seed => ({
			...{ method: 's2gan', labelFraction: 0.1, seed, fid: 9, manifest: true },
			changeManifest: {
				preparedLabels: {
					labelsDigest: 'same',
					errors: { heldOut: { top1: 0.38, top5: 0.16, images: 100 } },
				},
			},
		})),
	});
	const { classifier } = await makeReport(folder);
	t.is(classifier.rows[0]![3], '38.00 (n = 1; +1.26; inconclusive)');
});

test('a grid of classifiers alone is a report; a damaged record is told', async t => {
	const { folder } = makeGrid({ runs: [{ method: 's2gan', labelFraction: 0.1, seed: 1 }] });
	const labels = path.join(folder, 'shared/labels/inferred-a');
	mkdirSync(labels, { recursive: true });
	writeFileSync(path.join(labels, 'labels.json'), '{}');
	await t.throwsAsync(makeReport(folder), {
		message:
			/none of its 1 runs has a result; shared\/labels\/inferred-a\/labels\.json: not the record of a classifier: labelsDigest: /u,
	});
	const errors = { heldOut: { top1: 0.38, top5: 0.16, images: 50_000 }, unlabelled: null };
	const dataSet = { name: 'imagenet-128', digest: 'd' };
	const pretraining = { labelFraction: 0.1, seed: 1 };
	const provenance = { profile: 'imagenet-128', dataSet, extractorFingerprint: 'f', pretraining, errors };
	writeFileSync(
		path.join(labels, 'labels.json'),
		JSON.stringify({ labelsDigest: 'l', images: 1_281_167, classes: 1000, provenance }),
	);
	const report = await makeReport(folder);
	t.is(report.runs.finished, 0);
	t.is(report.classifier.rows[0]![3], '38.00 (n = 1; +1.26; inconclusive)');
	t.regex(
		formatTables(report),
		/Table 3: .*\n\n.*\n.*\n\| Top-1 +\|.* 38\.00 \(n = 1; \+1\.26; inconclusive\) \|/u,
	);

	const made = makeGrid({ runs: [{ method: 's2gan', labelFraction: 0.1, seed: 1, fid: 9 }] });
	const damaged = path.join(made.folder, 'shared/labels/inferred-a');
	mkdirSync(damaged, { recursive: true });
	writeFileSync(path.join(damaged, 'labels.json'), '{}');
	const { classifier } = await makeReport(made.folder);
	t.regex(classifier.note!, /^shared\/labels\/inferred-a\/labels\.json: not the record of a classifier/u);
});
