import test from 'ava';
import { PNG } from 'pngjs';
import { renderFigures } from '../../../reports/figures/figures.ts';
import { paletteVariables } from '../../../reports/figures/theme.ts';
import { makeReport } from '../../../reports/write-report.ts';
import { makePaperGrid } from '../make-paper-grid.ts';

const drawPaperGrid = async () => (await renderFigures(await makeReport(makePaperGrid().folder)))[0]!.figures;

test('draws the paper’s figures, ours beside the paper’s, twice with the same bytes', async t => {
	const report = await makeReport(makePaperGrid().folder);
	const [first] = await renderFigures(report);
	const [again] = await renderFigures(report);
	t.deepEqual(
		first!.figures.map(({ name }) => name),
		['figure-1', 'figure-7', 'figure-8', 'label-fractions', 'figure-21', 'losses', 'cost-quality'],
	);
	t.deepEqual(first!.missing, ['Rotation accuracy: no method here predicts rotations, or none recorded it.']);
	t.deepEqual(
		first!.figures.map(({ svg }) => svg),
		again!.figures.map(({ svg }) => svg),
	);
	const eight = first!.figures[2]!;
	t.regex(eight.caption, /S3GAN: 10 % 8\.00 \(paper 8\.00\)/u);
	t.regex(eight.caption, /Vertical lines, BIGGAN with all labels: 8\.40 \(paper\)/u);
	const seven = first!.figures[1]!;
	t.regex(seven.caption, /beyond the axis: SINGLE LABEL, seed 2: 165\.49/u);
});

test('reports that are drawn at the same time do not change each other', async t => {
	const report = await makeReport(makePaperGrid().folder);
	const svgs = async () => (await renderFigures(report))[0]!.figures.map(({ svg }) => svg);
	const alone = await svgs();
	for (const drawn of await Promise.all([svgs(), svgs(), svgs()])) t.deepEqual(drawn, alone);
});

test('an SVG names itself, follows light and dark, and shares no id with another', async t => {
	const figures = await drawPaperGrid();
	const ids = figures.flatMap(({ svg }) => [...svg.matchAll(/ id="([^"]+)"/gu)].map(([, id]) => id));
	t.is(new Set(ids).size, ids.length);
	for (const { svg, inlineSvg } of figures) {
		t.regex(svg, /^<svg role="img" aria-label="[^"]+" /u);
		t.true(svg.includes(`@media (prefers-color-scheme:dark){svg{${paletteVariables('dark')}}}`));
		t.regex(inlineSvg, /var\(--figure-series-1\)/u);
		t.notRegex(inlineSvg, /"#0072b2"/u);
	}
});

test('a PNG has text, in the font that comes along', async t => {
	const figures = await drawPaperGrid();
	const { width, height, data } = PNG.sync.read(Buffer.from(await figures[2]!.png()));
	t.true(width > 1500 && height > 300, `${width}×${height}`);
	// Names of the bars stand at the left, where nothing but text is dark.
	let dark = 0;
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < 100; x++) if (data[(y * width + x) * 4]! < 100) dark++;
	}

	t.true(dark > 200, `${dark} dark pixels`);
});
