import { copyFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { sheetNames } from '../../harness/samples/sheet-names.ts';
import { renderSamples } from '../../reports/html/samples.ts';
import { readSamples } from '../../reports/read-samples.ts';
import { makeReport } from '../../reports/write-report.ts';
import { makeGrid } from './make-grid.ts';

const grid = (cells: number) =>
	makeGrid({
		runs: Array.from({ length: cells }, (_, index) => ({
			method: `method-${index}`,
			title: `METHOD ${index}`,
			labelFraction: 0.1,
			seed: 1,
			fid: 8,
			samples: true,
		})),
	});

test('every cell shows samples before any shows more, kind by kind, each with words of its own', async t => {
	const { folder, grid: made } = grid(2);
	const [first] = made.runs;
	for (const name of [sheetNames.classes, sheetNames.interpolation, 'attention.png']) {
		copyFileSync(path.join(folder, first!.folder, 'samples.png'), path.join(folder, first!.folder, name));
	}
	const { samples, omitted } = readSamples(folder, await makeReport(folder));
	t.is(omitted, 0);
	t.deepEqual(
		samples.map(({ name, file }) => [name, file]),
		[
			['METHOD 0, 10 %, seed 1', 'samples.png'],
			['METHOD 1, 10 %, seed 1', 'samples.png'],
			['METHOD 0, 10 %, seed 1', 'samples-classes.png'],
			['METHOD 0, 10 %, seed 1', 'samples-interpolation.png'],
			['METHOD 0, 10 %, seed 1', 'attention.png'],
		],
	);
	const page = renderSamples(samples, 0).html;
	t.deepEqual(
		[...page.matchAll(/<h3>([^<]+)<\/h3>/gu)].map(([, title]) => title),
		['Samples', 'Real beside generated', 'Interpolations', 'Other pictures'],
	);
	t.true(
		page.includes('alt="Training images beside generated images of METHOD 0, 10 %, seed 1, class by class"'),
	);
	t.true(page.includes('<figcaption>METHOD 0, 10 %, seed 1, attention.png</figcaption>'));
});

test('a page has room for sixty sheets and says how many there are more', async t => {
	const { folder } = grid(62);
	const { samples, omitted } = readSamples(folder, await makeReport(folder));
	t.deepEqual([samples.length, omitted], [60, 2]);
	t.regex(renderSamples(samples, omitted).html, / 2 more sheets did not fit into this page/u);
});
