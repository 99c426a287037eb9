import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { renderPage } from '../../reports/html/page.ts';
import { renderCsv } from '../../reports/render-csv.ts';
import { renderGithub } from '../../reports/render-github.ts';
import { renderMarkdown } from '../../reports/render-markdown.ts';
import { formatTables } from '../../reports/render-terminal.ts';
import type { Report } from '../../reports/report-schema.ts';
import { makeReport } from '../../reports/write-report.ts';
import { makePaperGrid } from './make-paper-grid.ts';

/** The paper's cells, one of them with a collapsed run and everything about SINGLE LABEL's steps waived. */
async function reportWithWaiver(): Promise<Report> {
	const { folder } = makePaperGrid();
	const waiver = {
		...{ rule: 'parameters', where: { method: 'single-label' } },
		...{ reason: 'another network on purpose', name: 'A. Author', date: '2026-01-31' },
	};
	writeFileSync(path.join(folder, 'waivers.json'), JSON.stringify({ schemaVersion: 1, waivers: [waiver] }));
	return makeReport(folder);
}

/** Rows of Markdown tables about SINGLE LABEL, not the one with self-supervision. */
const rowsOf = (text: string): string[] =>
	text.split('\n').filter(line => /^\| SINGLE LABEL(?! \(SS\)| +\| Co-training)/u.test(line));

test('a waiver and a collapsed run are seen in every table of every form', async t => {
	const report = await reportWithWaiver();
	const group = report.settings[0]!.groups.find(({ method }) => method === 'single-label')!;
	t.deepEqual(group.waived, ['parameters']);
	const legend =
		'† parameters waived, method single-label: another network on purpose (A. Author, 2026-01-31)';
	for (const [form, text] of Object.entries({
		markdown: renderMarkdown(report),
		github: renderGithub(report),
		terminal: formatTables(report),
	})) {
		const rows = rowsOf(text);
		t.true(rows.length >= 2, form);
		for (const row of rows) t.true(row.includes('†'), `${form}: ${row}`);
		// Costs and parameter counts are no scores.
		const scores = rows.filter(row => row.includes('71.7') || row.includes('25.3'));
		t.true(scores.length > 0);
		for (const row of scores.filter(line => /\b71\.7|25\.30/u.test(line))) {
			t.true(row.includes('1 of 3 collapsed') || row.includes('60.0 min'), `${form}: ${row}`);
		}
		t.true(text.replaceAll('\\', '').includes(legend) || form === 'markdown', form);
	}
	t.regex(renderGithub(report), /\*\*1 collapsed\*\*/u);
	t.regex(renderMarkdown(report), /60 of 60 runs have a result, 1 collapsed\./u);
	t.regex(renderMarkdown(report), /2: 165\.49 \(collapsed\)/u);
	const lines = renderCsv(report).split('\r\n');
	const column = lines[0]!.split(',').indexOf('waived');
	const values = lines.slice(1, -1).map(line => [line.includes(',single-label,'), line.split(',')[column]]);
	for (const [isWaived, value] of values) t.is(value, isWaived ? 'parameters' : '');
	const page = renderPage({ report, figures: [], samples: [], omittedSamples: 0 });
	const sections = page.split('<section ').filter(section => /<th scope="row">SINGLE LABEL</u.test(section));
	for (const section of sections.filter(text => !text.startsWith('id="networks"'))) {
		const rows = section.match(/<tr[^>]*><th scope="row">SINGLE LABEL.*?<\/tr>/gsu) ?? [];
		for (const row of rows.filter(text => !/SINGLE LABEL(?: \(SS\)|<\/th><td class="left">Co)/u.test(text))) {
			t.true(row.includes('†'), row.slice(0, 200));
		}
	}
});

test('every form has n, the difference and the verdict of each cell', async t => {
	const report = await makeReport(makePaperGrid().folder);
	t.regex(formatTables(report), /\| S3GAN +\| +10 % \| +3 \| +8\.00 +\| +8\.0 +\| +0\.00 +\| reproduced /u);
	const tables = renderMarkdown(report).split('## Table 4')[1]!.split('## ')[0]!;
	t.regex(tables, /8\.0 \(8\.0; 0\.00; n = 3\) reproduced/u);
	t.regex(renderMarkdown(report), /21\.9 ± 0\.08 \(21\.9 ± 0\.08; 0\.00; n = 3\) reproduced/u);
	t.regex(renderGithub(report), /8\.00 · paper 8\.0 ✅/u);
	const [header, ...lines] = renderCsv(report)
		.split('\r\n')
		.map(line => line.split(','));
	const cell = lines.find(line => line.includes('s3gan') && line.includes('0.1') && line.includes('fid'))!;
	const value = (name: string) => cell[header!.indexOf(name)];
	t.deepEqual([value('n'), value('planned'), value('verdict')], ['3', '3', 'reproduced']);
	t.true(Math.abs(Number(value('difference'))) < 0.05);
	t.true(Number(value('differenceLow')) < 0 && Number(value('differenceHigh')) > 0);
});
