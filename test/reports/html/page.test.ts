import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { Browser, Page } from 'playwright-core';
import { writeReport } from '../../../reports/write-report.ts';
import { makeGrid, makeProxyGrid } from '../make-grid.ts';
import { makePaperGrid } from '../make-paper-grid.ts';
import { accessibilityProblems } from './accessibility.ts';

const executablePath = [
	process.env.CHROMIUM ?? '',
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
].find(file => file !== '' && existsSync(file));

async function pageOf(folder: string): Promise<string> {
	const { files } = await writeReport(folder, { formats: ['html'] });
	return files[0]!;
}

/** Opens a page in Chromium; fails on any request, message of an error, or uncaught exception. */
async function open(
	t: ExecutionContext,
	browser: Browser,
	file: string,
	options: { width: number; colorScheme?: 'light' | 'dark' },
): Promise<Page> {
	const page = await browser.newPage({
		viewport: { width: options.width, height: 900 },
		colorScheme: options.colorScheme ?? 'light',
	});
	page.on('pageerror', error => t.fail(String(error)));
	page.on('console', message => message.type() === 'error' && t.fail(message.text()));
	page.on('request', request => {
		if (!/^(file|data):/u.test(request.url())) t.fail(`request of ${request.url()}`);
	});
	await page.goto(`file://${file}`);
	return page;
}

/** A test with a browser; skipped, with the reason in its title, where there is none. */
function inChromium(title: string, body: (t: ExecutionContext, browser: Browser) => Promise<void>): void {
	if (executablePath === undefined) {
		const reason = 'skipped: Chromium is not installed (apt-get install chromium, or CHROMIUM=path)';
		test.skip(`in Chromium${title} – ${reason}`, t => t.fail());
		return;
	}

	test(`in Chromium${title}`, async t => {
		t.timeout(240_000);
		const { chromium } = await import('playwright-core');
		const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
		try {
			await body(t, browser);
		} finally {
			await browser.close();
		}
	});
}

inChromium(
	', wide and narrow, light and dark: nothing overflows, everyone can read it',
	async (t, browser) => {
		for (const folder of [makePaperGrid().folder, makeProxyGrid().folder]) {
			const file = await pageOf(folder);
			for (const width of [1280, 390]) {
				for (const colorScheme of ['light', 'dark'] as const) {
					const page = await open(t, browser, file, { width, colorScheme });
					t.deepEqual(await page.evaluate(accessibilityProblems), [], `${width} ${colorScheme}`);
					t.true(
						await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
						`sideways scrolling at ${width}`,
					);
					await page.close();
				}
			}
		}
	},
);

inChromium(': columns sort, a number opens its seeds, the theme changes', async (t, browser) => {
	const page = await open(t, browser, await pageOf(makePaperGrid().folder), { width: 1280 });
	const table = page.locator('#cells table.sortable').first();
	const medians = async () => (await table.locator('tbody tr td:nth-child(4)').allTextContents()).map(Number);
	await table.getByRole('button', { name: 'median' }).click();
	const ascending = await medians();
	t.deepEqual(
		ascending,
		[...ascending].sort((a, b) => a - b),
	);
	await table.getByRole('button', { name: 'median' }).click();
	t.deepEqual(
		await medians(),
		[...ascending].sort((a, b) => b - a),
	);
	await page.locator('#tables a.cell', { hasText: '71.7 ± 66.32' }).click();
	const row = page.locator('tr:target');
	t.true(await row.getByText('165.49').first().isVisible());
	t.true(await row.getByText('fewer-labels run --suite paper').isVisible());
	const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
	const light = await background();
	await page.locator('#theme').click();
	t.not(await background(), light);
});

test('the page answers which methods reproduce, how sure, at what cost, and how to run a cell again', async t => {
	const text = readFileSync(await pageOf(makePaperGrid().folder), 'utf8');
	t.regex(text, /40 of 40 comparable scores reproduce the paper/u);
	t.regex(text, /71\.7 ± 66\.32/u);
	t.regex(text, /1 of 3 collapsed/u);
	t.regex(text, /their training took 60\.0 h in all/u);
	t.regex(text, /--methods s3gan --labels 0\.05 --seeds 1,2,3 --data folder:DIR --out OUT/u);
	t.regex(text, /Table 10: Tensors of the discriminator.*87,982,370 trainable parameters/u);
	t.false(/https?:\/\/(?!arxiv\.org|www\.w3\.org)/u.test(text));

	// All of it on the first screens, each verdict one click from its seeds.
	const overview = text.slice(text.indexOf('id="overview"'), text.indexOf('id="tables"'));
	t.regex(overview, /The training of one run took 60\.0 min on a processor, 8 cores/u);
	t.regex(overview, /Training steps alone, since the last start of each run: measuring comes on top/u);
	t.regex(overview, /<pre><code>npx fewer-labels run --suite paper .*--methods random-label/u);
	const targets = [...overview.matchAll(/class="verdict" href="#([^"]+)"/gu)].map(([, id]) => id!);
	t.is(targets.length, 40);
	for (const id of targets) t.true(text.includes(`<tr id="${id}">`), id);
});

test('titles and messages from outside cannot become markup, and pictures lie in the page', async t => {
	const { folder, grid } = makeProxyGrid();
	const { title } = grid.runs.at(-1)!;
	t.is(title, 'My | *method*');
	const text = readFileSync(await pageOf(folder), 'utf8');
	t.regex(text, /<th scope="row">My \| \*method\*/u);
	t.regex(text, /<img src="data:image\/png;base64,iVBOR/u);
	for (const [, link] of text.matchAll(/href="(\.\.\/runs\/[^"]+)"/gu)) {
		t.true(existsSync(path.resolve(folder, 'report', decodeURIComponent(link!))), link);
	}
});

inChromium(': paper is white, whatever the screen was, and tables fit on it', async (t, browser) => {
	const file = await pageOf(makePaperGrid().folder);
	for (const theme of ['dark', undefined]) {
		// The printable width of A4 at 96 dots an inch.
		const page = await browser.newPage({ viewport: { width: 718, height: 1000 }, colorScheme: 'dark' });
		await page.goto(pathToFileURL(file).href);
		if (theme) await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
		await page.emulateMedia({ media: 'print' });
		t.is(await page.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(255, 255, 255)');
		const wide = await page.evaluate(
			"[...document.querySelectorAll('#overview table, #tables table')].filter(({ scrollWidth }) => scrollWidth > innerWidth).length",
		);
		t.is(wide, 0);
		await page.close();
	}
});

inChromium(': the check of accessibility finds what it looks for', async (t, browser) => {
	const page = await browser.newPage();
	await page.setContent(
		'<h1>x</h1><h3 id="a">y</h3><p id="a" style="color:#aaa">pale</p><img src="data:,"><svg></svg><table><tr><th>z</th></tr></table><a href="#b"></a>',
	);
	const problems = (await page.evaluate(accessibilityProblems)) as string[];
	for (const expected of [
		'no language',
		'no title',
		'not one main',
		'id twice: a',
		'heading skips a level: y',
		'image without alt',
		'svg without a name',
		'table without caption',
		'th without scope: z',
		'link to nowhere: #b',
		'contrast 2.32: pale',
	]) {
		t.true(problems.includes(expected), `${expected} in ${problems.join('; ')}`);
	}

	t.true(problems.some(problem => problem.startsWith('control without a name')));
});

test('a messy folder is shown plainly: one seed, two protocols, stale, unknown and corrupt results', async t => {
	const protocol = { name: 'pytorch-fid', fingerprint: 'a'.repeat(64), proxy: false, details: {} };
	const run = (method: string, seed: number, change = {}) => ({
		method,
		title: method.toUpperCase(),
		labelFraction: 0.1,
		seed,
		fid: 8,
		inceptionScore: 78,
		manifest: true,
		...change,
	});
	const { folder, grid } = makeGrid({
		runs: [run('s3gan', 1), run('s3gan', 2, { result: { protocol } }), run('unheard-of', 1), run('s2gan', 1)],
	});
	writeFileSync(path.join(folder, grid.runs[3]!.folder, 'result.json'), '{"schemaVersion":1');
	cpSync(path.join(folder, grid.runs[0]!.folder), path.join(folder, 'runs/old'), { recursive: true });
	const text = readFileSync(await pageOf(folder), 'utf8');
	t.regex(text, /1 of 3 seeds/u);
	t.regex(text, /profile imagenet-128, data imagenet-128, 250,000 generator steps, protocol pytorch-fid/u);
	t.regex(text, /protocol pytorch-fid instead of tfgan-s3gan/u);
	t.regex(text, /the paper prints no such score/u);
	t.regex(text, /method: &#39;unheard-of&#39; is none of this project&#39;s/u);
	t.regex(text, /S2GAN, 10 %, seed 1: <strong>unreadable<\/strong> — result\.json: not readable as JSON/u);
	t.regex(text, /<h3>Stale<\/h3>.*<code>runs\/old<\/code>/u);
});

test('two settings have a table of verdicts each, and what is missing its commands', async t => {
	const run = (seed: number, steps: number, fid?: number) => ({
		...{ method: 's3gan', title: 'S3GAN', labelFraction: 0.1, seed, fid, manifest: true, result: { steps } },
	});
	const { folder } = makeGrid({ runs: [run(1, 250_000, 8), run(2, 1000, 8), run(3, 250_000)] });
	const text = readFileSync(await pageOf(folder), 'utf8');
	const overview = text.slice(text.indexOf('id="overview"'), text.indexOf('id="tables"'));
	const links = [...overview.matchAll(/class="verdict" href="#([^"]+)"/gu)].map(([, id]) => id!);
	t.deepEqual(links, [
		'cell-1-fid-s3gan-10',
		'cell-1-is-s3gan-10',
		'cell-2-fid-s3gan-10',
		'cell-2-is-s3gan-10',
	]);
	for (const id of links) t.true(text.includes(`<tr id="${id}">`), id);
	t.regex(overview, /Verdicts, imagenet-128, imagenet-128, 1,000 steps, tfgan-s3gan/u);
	const rerun = text.slice(text.indexOf('id="rerun"'));
	t.regex(rerun, /What is missing is made cell by cell\./u);
	t.regex(rerun, /<pre><code>npx fewer-labels run --suite paper .* --seeds 1,2,3 .*--out OUT\n/u);
});
