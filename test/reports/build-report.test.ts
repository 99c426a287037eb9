import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { checkGrid } from '../../harness/check/check-grid.ts';
import { readGrid } from '../../harness/check/read-grid.ts';
import { methodSourceFiles } from '../../harness/run/source-digest.ts';
import { buildReport } from '../../reports/build-report.ts';
import { builtInModule } from '../../reports/changed-source.ts';
import { renderGithub } from '../../reports/render-github.ts';
import { renderMarkdown } from '../../reports/render-markdown.ts';
import { formatTables } from '../../reports/render-terminal.ts';
import { metrics, type Report, reportSchema } from '../../reports/report-schema.ts';
import { sharedTrainingInWords } from '../../reports/shared-training.ts';
import { makeGrid, makeProxyGrid } from './make-grid.ts';
import { paperCells as cells, makePaperGrid, type PaperCell } from './make-paper-grid.ts';

async function report(folder: string): Promise<Report> {
	const contents = readGrid(folder);
	const built = buildReport(contents, await checkGrid(contents));
	return reportSchema.parse(built);
}

test('runs that agree with the paper give its 20 cells again: median, mean ± std, verdict', async t => {
	const { folder } = makePaperGrid();
	const { settings, complete, runs } = await report(folder);
	t.true(complete);
	t.deepEqual(runs, { total: 60, finished: 60, failed: 0, collapsed: 1 });
	t.is(settings.length, 1);
	t.deepEqual(settings[0]?.obstacles, []);
	t.is(settings[0]?.groups.length, 20);

	const byMedian: string[] = [];
	for (const [index, group] of settings[0]!.groups.entries()) {
		for (const metric of metrics) {
			const name = `${group.method} ${group.labelFraction} ${metric}`;
			const [median, mean, std] = cells[index]![metric].printed;
			const { summary, paper, difference, verdict, basis } = group.scores[metric];
			t.true(Math.abs(summary!.median - median) < 0.05, name);
			t.true(Math.abs(summary!.mean - mean) < 0.05, name);
			t.true(Math.abs(summary!.populationStd - std) < 0.005, name);
			t.is(paper.median?.value, median, name);
			t.is(paper.mean?.value, mean, name);
			t.is(paper.mean?.std, std, name);
			t.true(Math.abs(difference!) < 0.05, name);
			t.is(verdict, 'reproduced', name);
			if (basis === 'median') byMedian.push(name);
		}
	}
	// Cells whose spread is so large that three seeds against three cannot tell: 2.776 · std > mean / 10.
	t.deepEqual(byMedian, [
		'random-label null fid',
		'single-label null fid',
		'single-label null inceptionScore',
		's3gan-co 0.2 fid',
		's2gan-soft 0.05 fid',
		's2gan-soft 0.1 fid',
		's2gan-soft 0.1 inceptionScore',
		's2gan-soft 0.2 fid',
		's2gan-soft 0.2 inceptionScore',
	]);
});

test('proxy scores are not comparable, but the number of the paper stands beside them', async t => {
	const { settings, complete } = await report(makeProxyGrid().folder);
	t.false(complete);
	t.is(settings.length, 1);
	const [full, tenth, random, single, own] = settings[0]!.groups;
	t.like(full!.scores.fid, { verdict: 'not comparable', difference: null });
	t.is(full!.scores.fid.reasons[0], 'proxy features');
	t.is(full!.scores.fid.paper.median?.value, 8.4);
	t.is(full!.scores.fid.summary?.median, 120.25);
	t.deepEqual([tenth!.paperRow, tenth!.planned, tenth!.runs.length], ['BIGGAN-10%', 3, 2]);
	t.is(random!.scores.fid.paper.mean?.std, 1.46);
	t.is(single!.scores.fid.verdict, 'not run');
	t.deepEqual([own!.paperRow, own!.scores.fid.paper.median], [null, null]);
});

test('results under another protocol, other data or other steps never share a table', async t => {
	const run = (seed: number, result = {}) => ({
		...{ method: 's3gan', labelFraction: 0.1, seed, fid: 8, manifest: true, result },
	});
	const protocol = { name: 'tfgan-s3gan', fingerprint: 'f'.repeat(64), proxy: false, details: {} };
	const { folder } = makeGrid({
		runs: [
			run(1),
			run(2, { protocol }),
			run(3, { dataSet: { name: 'imagenet-128', digest: 'other' } }),
			run(4, { steps: 100_000 }),
			run(5),
		],
	});
	const { settings } = await report(folder);
	t.deepEqual(
		settings.map(({ groups }) => groups.map(({ runs }) => runs.map(({ seed }) => seed))),
		[[[1, 5]], [[2]], [[3]], [[4]]],
	);
	t.deepEqual(settings[3]?.obstacles, ['100,000 steps instead of 250,000']);
});

/** Printed text and verdict of every cell of every table. */
function printedCells({ settings }: Report): Map<string, string> {
	return new Map(
		settings[0]!.tables.flatMap(({ number, rows }) =>
			rows.flatMap(({ name, cells: row }) =>
				row.map(({ labelFraction, metric, ours, verdict }) => [
					`Table ${number}, ${name}, ${labelFraction}, ${metric}`,
					`${ours} ${verdict}`,
				]),
			),
		),
	);
}

test('prints Tables 2, 4, 5, 12, 13 and 14 exactly as the paper', async t => {
	const { settings } = await report(makePaperGrid().folder);
	const { tables } = settings[0]!;
	t.deepEqual(
		tables.map(({ number, rows }) => [number, rows.length]),
		[
			[2, 5],
			[4, 4],
			[5, 2],
			[12, 4],
			[13, 2],
			[14, 5],
		],
	);
	for (const { number, statistic, rows } of tables) {
		for (const { name, cells: row } of rows) {
			for (const { method, labelFraction, metric, ours, paper } of row) {
				const typed = cells.find(
					cell => cell.method === method && cell.labelFraction === labelFraction,
				) as PaperCell;
				const [median, mean, std] = typed[metric].printed;
				const expected =
					statistic === 'median' ? median.toFixed(1) : `${mean.toFixed(1)} ± ${std.toFixed(2)}`;
				t.is(ours, expected, `Table ${number}, ${name}, ${labelFraction} ${metric}`);
				t.is(paper, expected);
			}
		}
	}
});

test('one moved value changes exactly the cells that it belongs to', async t => {
	const before = printedCells(await report(makePaperGrid().folder));
	const moved = await report(
		makePaperGrid((cell, metric, index, value) =>
			cell.method === 's3gan' && cell.labelFraction === 0.1 && metric === 'fid' && index === 0
				? value + 4
				: value,
		).folder,
	);
	const changed = [...printedCells(moved)].filter(([name, text]) => before.get(name) !== text);
	t.deepEqual(changed, [
		['Table 4, S3GAN, 0.1, fid', '8.3 inconclusive'],
		['Table 12, S3GAN, 0.1, fid', '9.4 ± 1.82 inconclusive'],
	]);
});

test('counts collapsed runs and keeps them, as the paper does', async t => {
	const { settings, runs } = await report(makePaperGrid().folder);
	t.is(runs.collapsed, 1);
	const group = settings[0]!.groups.find(({ method }) => method === 'single-label')!;
	t.regex(group.runs[1]!.collapsed!, /^FID 165\.49 is 6\.5 times the median of its cell$/u);
	const cell = settings[0]!.tables.at(-1)!.rows.find(({ name }) => name === 'SINGLE LABEL')!.cells[0]!;
	t.like(cell, { ours: '71.7 ± 66.32', note: '1 of 3 collapsed', verdict: 'reproduced' });
});

test('a run that its own training called collapsed is counted and shown, even where its FID is not the worst', async t => {
	const collapse = { step: 50_000, reason: 'generator.total is NaN', scoredStep: 49_000 };
	const run = (seed: number, result = {}) => ({
		...{ method: 'single-label', labelFraction: null, seed, fid: 25 + seed, inceptionScore: 20, result },
	});
	const { settings, runs } = await report(makeGrid({ runs: [run(1), run(2, { collapse }), run(3)] }).folder);
	t.is(runs.collapsed, 1);
	const [group] = settings[0]!.groups;
	t.deepEqual(
		group!.runs.map(({ collapsed }) => collapsed),
		[
			null,
			'training ended at step 50000 of 250000: generator.total is NaN, scored as it was at step 49000',
			null,
		],
	);
	t.is(group!.scores.fid.summary!.n, 3, 'it stays in the mean');
	t.is(settings[0]!.tables[0]!.rows[1]!.cells[0]!.note, '1 of 3 collapsed');
});

test('environments, costs, curves and commands come from manifests and events', async t => {
	const { settings, environments } = await report(makePaperGrid().folder);
	const group = settings[0]!.groups.find(
		({ method, labelFraction }) => method === 's3gan' && labelFraction === 0.1,
	)!;
	t.is(group.trainingSeconds, 3600);
	t.is(
		group.command,
		'npx fewer-labels run --suite paper --profile imagenet-128 --steps 250000 --methods s3gan --labels 0.1 --seeds 1,2,3 --data folder:DIR --out OUT',
	);
	t.like(environments[0]!, { runs: 60, commit: 'c'.repeat(40), dirty: false, cores: 8 });
	const fid = group.curves.find(({ quantity }) => quantity === 'fid')!;
	t.is(fid.points.length, 2);
	t.is(fid.points[0]!.n, 3);
	t.true(fid.points[0]!.low <= fid.points[0]!.mean && fid.points[0]!.mean <= fid.points[0]!.high);
});

test('what runs record of their data decides whether it is ImageNet, not what a folder is called', async t => {
	const settingOf = async (dataSet: string, images: readonly [number, number], change = {}) => {
		const { folder } = makeGrid({
			...{ dataSet, images },
			runs: [1, 2, 3].map(seed => ({
				...{ method: 's3gan', labelFraction: 0.1, seed, fid: 8 + seed / 100, manifest: true },
				changeManifest: change,
			})),
		});
		return (await report(folder)).settings[0]!;
	};
	const perClass = (classes: number) => ({
		labelled: { count: 128_000, perClass: new Array(classes).fill(128), digest: 'd' },
	});
	const whole = await settingOf('ILSVRC2012-128', [1_281_167, 50_000], perClass(1000));
	t.deepEqual(whole.obstacles, []);
	t.is(whole.groups[0]!.scores.fid.verdict, 'reproduced');
	t.deepEqual(
		[whole.dataSet.classes, whole.dataSet.trainImages, whole.dataSet.testImages],
		[1000, 1_281_167, 50_000],
	);
	const expected = 'instead of ImageNet (1,000 classes, 1,281,167 training images, 50,000 held out)';
	const small = await settingOf('imagenette-128', [9469, 3925], perClass(10));
	t.deepEqual(small.obstacles, [
		`data imagenette-128 (10 classes, 9,469 training images, 3,925 held out) ${expected}`,
	]);
	t.is(small.groups[0]!.scores.fid.verdict, 'not comparable');
	const grouped = await settingOf('imagenet-128', [1_281_167, 50_000], perClass(100));
	t.deepEqual(grouped.obstacles, [
		`data imagenet-128 (100 classes, 1,281,167 training images, 50,000 held out) ${expected}`,
	]);
	// Half of the images; and another held-out split.
	t.is((await settingOf('imagenet-128', [640_000, 50_000])).obstacles.length, 1);
	t.is((await settingOf('imagenet-128', [1_281_167, 10_000])).obstacles.length, 1);
	// The methods with labels see 128,000 images only, so that nothing says how many there are.
	const part = await settingOf('imagenet-128', [128_000, 50_000], { ...perClass(1000), imagesUsed: 128_000 });
	t.deepEqual(part.obstacles, [
		'data imagenet-128, of which the runs do not record how many images there are',
	]);
	// Unless they record it.
	const said = { name: 'x', digest: 'd', imagesPerClass: [...new Array(999).fill(1281), 1281 + 167 + 281] };
	const change = { ...perClass(1000), imagesUsed: 128_000, dataSet: said };
	t.deepEqual((await settingOf('x', [128_000, 50_000], change)).obstacles, []);
});

test('GPUs are shown by kind, and runs of different ones are not one environment', async t => {
	const gpu = (index: number, name: string) => ({
		...{ index, name, uuid: `GPU-${index}`, driver: '550.54', memoryMiB: 81_559 },
	});
	const gpus = [
		null,
		[gpu(0, 'NVIDIA A100')],
		[gpu(3, 'NVIDIA A100')],
		[gpu(0, 'NVIDIA H100'), gpu(1, 'NVIDIA H100')],
	];
	const machine = { platform: 'linux x64', processor: 'a processor', cores: 8 };
	const { folder } = makeGrid({
		runs: gpus.map((list, index) => ({
			...{ method: 's3gan', labelFraction: 0.1, seed: index + 1, fid: 8, manifest: true },
			changeManifest: {
				machine: { ...machine, gpus: list },
				environment: { CUDA_VISIBLE_DEVICES: String(index) },
			},
		})),
	});
	const built = await report(folder);
	t.deepEqual(
		built.environments.map(environment => [environment.runs, environment.gpus]),
		[
			[2, ['NVIDIA A100, 79.6 GiB, driver 550.54']],
			[1, []],
			[1, ['2 × NVIDIA H100, 79.6 GiB, driver 550.54']],
		],
	);
	t.regex(
		renderMarkdown(built),
		/\* 2 runs: .*8 cores; NVIDIA A100, 79\.6 GiB, driver 550\.54\n\* 1 run: .*; no GPU/u,
	);
});

test('what runs share is counted apart from their training', async t => {
	const { folder } = makeGrid({ runs: [{ method: 's2gan', labelFraction: 0.1, seed: 1, fid: 9 }] });
	for (const [name, events] of [
		['a', [{ event: 'started' }, { event: 'completed', totalMs: 90_000 }]],
		['b', [{ event: 'started' }]],
	] as const) {
		mkdirSync(path.join(folder, 'shared/pre-training', name), { recursive: true });
		const lines = events.map(event => `${JSON.stringify({ time: 1, ...event })}\n`);
		writeFileSync(path.join(folder, 'shared/pre-training', name, 'events.jsonl'), lines.join(''));
	}
	const built = await report(folder);
	t.deepEqual(built.sharedTrainings, [
		{ name: 'a', seconds: 90 },
		{ name: 'b', seconds: null },
	]);
	t.is(
		sharedTrainingInWords(built),
		'Shared pre-training: 2 networks, 90 s in all (1 without a record of its time), once for every run that uses them.',
	);
});

test('runs of other source than today’s are told of and stay in their cells', async t => {
	const run = (seed: number, changeManifest?: Record<string, unknown>) => ({
		...{ method: 's3gan', labelFraction: 0.1, seed, fid: 8 + seed / 100, manifest: true, changeManifest },
	});
	const identity = {
		...{ method: 's3gan', methodSource: 'other', options: {}, settings: {}, labelFraction: 0.1, seed: 2 },
		...{ dataSet: 'd', protocol: 'p', backend: 'b' },
	};
	const files = methodSourceFiles(builtInModule('s3gan')!);
	const changed = { ...files, 'harness/train/updates.ts': '0'.repeat(16) };
	const { folder } = makeGrid({
		runs: [
			run(1),
			run(2, { identity, methodSourceFiles: changed }),
			run(3, { identity: { ...identity, methodSource: 'older' } }),
		],
	});
	const built = await report(folder);
	const [group] = built.settings[0]!.groups;
	t.deepEqual(
		group!.runs.map(({ changedSource }) => changedSource),
		[null, 'harness/train/updates.ts changed', 'its source changed'],
	);
	t.is(group!.scores.fid.summary!.n, 3);
	const words = '2 of 3 made by other source than today’s';
	t.is(built.settings[0]!.tables[0]!.rows.find(({ name }) => name === 'S3GAN')!.cells[1]!.note, words);
	for (const text of [renderMarkdown(built), renderGithub(built), formatTables(built)]) {
		t.regex(text, /2 of 3 results were made by other source than today’s/u);
		t.true(text.includes(words));
	}
});
