import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { makeGrid, makeProxyGrid } from '../../reports/make-grid.ts';

function report(...parameters: string[]) {
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		['harness/cli/fewer-labels.js', 'report', ...parameters],
		{ encoding: 'utf8' },
	);
	return { status, stdout, stderr };
}

const completeGrid = () =>
	makeGrid({
		runs: [1, 2, 3].map(seed => ({
			...{ method: 's3gan', labelFraction: 0.1, seed, fid: 8 + seed / 100, manifest: true },
		})),
	});

test('prints the tables and writes page, Markdown, JSON, CSV and figures', t => {
	const { folder } = completeGrid();
	const { status, stdout, stderr } = report(folder);
	t.is(status, 0, stderr);
	t.regex(
		stdout,
		/FID, median over seeds\n\| method .*\n.*\n\| S3GAN +\| +10 % \| +3 \| +8\.02 \| +8\.0 \| +\+0\.02 \| reproduced \|/u,
	);
	t.regex(stdout, /Inception score, median over seeds\n/u);
	const files = ['report.html', 'report.md', 'report.json', 'report.csv', 'figures/figure-1.svg'];
	for (const file of files) t.true(existsSync(path.join(folder, 'report', file)), file);
	t.is(
		stderr,
		`${files
			.slice(0, 4)
			.map(file => `Wrote ${path.join(folder, 'report', file)}\n`)
			.join('')}Wrote 2 figures beside it, in figures/\n`,
	);
});

test('--github prints the comment for a pull request', t => {
	const { folder } = completeGrid();
	const { status, stdout, stderr } = report(folder, '--github');
	const [whole, comment] = ['report.md', 'comment.md'].map(name => path.join(folder, 'report', name));
	t.is(stderr, `Wrote ${whole}\nWrote ${comment}\n`);
	t.is(readFileSync(comment!, 'utf8'), stdout);
	t.regex(
		readFileSync(whole!, 'utf8'),
		/^# Suite paper[\s\S]*## How to run a cell again/u,
		'the whole report',
	);
	t.is(status, 0);
	t.true(stdout.startsWith('<!-- fewer-labels report -->\n\n### paper: 3 of 3 runs\n'));
	t.regex(stdout, /✅ reproduced/u);
	t.true(stdout.length < 65_536);
});

test('--schema prints what report.json looks like, the committed schema', t => {
	const { status, stdout } = report('--schema');
	t.is(status, 0);
	t.deepEqual(JSON.parse(stdout), JSON.parse(readFileSync('reports/report.schema.json', 'utf8')));
});

test('an incomplete grid is reported and exits with 6', t => {
	const { folder } = makeProxyGrid();
	const { status, stdout, stderr } = report(folder, '--format', 'md, md');
	t.is(status, 6);
	t.true(existsSync(path.join(folder, 'report', 'report.md')));
	t.false(existsSync(path.join(folder, 'report', 'report.json')));
	t.regex(
		stdout,
		/no result: BIGGAN, 10 %, seed 3: failed \(RunFailedError: the loss is NaN \| at step 41\)/u,
	);
	t.is(stderr.match(/^Wrote /gmu)?.length, 1, 'a format that is named twice is written once');
	t.regex(stderr, /Incomplete: 6 of 15 runs have no result\n$/u);
});

test('--json prints the content of report.json and nothing else', t => {
	const { status, stdout } = report(completeGrid().folder, '--json');
	t.is(status, 0);
	t.is(JSON.parse(stdout).settings[0].groups[0].scores.fid.verdict, 'reproduced');
});

test('a folder without a grid or results, a damaged grid and an unknown format exit with 2', t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'report-'));
	t.like(report(folder), { status: 2, stdout: '' });
	t.regex(report(folder).stderr, /there is no grid\.json in it\nFix: give the folder that/u);
	writeFileSync(path.join(folder, 'grid.json'), '{');
	const { status, stderr } = report(folder);
	t.is(status, 2);
	t.regex(stderr, /^Error: .*grid\.json: not readable as JSON/u);
	t.is(report(makeGrid({ runs: [{ method: 's3gan', labelFraction: 0.1, seed: 1 }] }).folder).status, 2);
	t.is(report(completeGrid().folder, '--format', 'pdf').status, 2);
	t.is(report().status, 2);
});
