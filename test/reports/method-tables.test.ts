import test from 'ava';
import { makeReport } from '../../reports/write-report.ts';
import { makeGrid } from './make-grid.ts';

test('Table 1 has the paper’s methods and our own; Table 3 the errors that manifests record, in percent', async t => {
	const { folder } = makeGrid({
		runs: [
			...[0.4, 0.36, 0.38].map((top1, index) => ({
				method: 's2gan',
				title: 'S2GAN',
				labelFraction: 0.1,
				seed: index + 1,
				fid: 9,
				manifest: true,
				changeManifest: { preparedLabels: { errors: { heldOut: { top1, top5: 0.16, images: 100 } } } },
			})),
			{ method: 'mine', title: 'MINE', labelFraction: 0.1, seed: 1 },
		],
	});
	const { methods, classifier } = await makeReport(folder);
	const rowOf = (name: string) => methods.rows.find(([method]) => method === name);
	t.is(rowOf('S2GAN')?.at(-1), 's2gan: 3 of 3 runs');
	t.is(rowOf('CLUSTERING')?.at(-1), 'not in this grid');
	t.deepEqual(rowOf('MINE'), ['MINE', 'not in the paper', 'mine: 0 of 1 runs']);
	t.deepEqual(classifier.rows, [
		['Top-1', 'not run', '50.08', '38.00 (n = 3)', '36.74', 'not run', '29.21'],
		['Top-5', 'not run', '26.94', '16.00 (n = 3)', '16.04', 'not run', '10.33'],
	]);
});
