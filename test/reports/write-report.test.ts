import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { EnvironmentError, UsageError } from '../../harness/errors.ts';
import { parseFormats, writeReport } from '../../reports/write-report.ts';
import { makeGrid, makeProxyGrid } from './make-grid.ts';

const read = (file: string | undefined): string => readFileSync(file!, 'utf8');

test('the report of a small grid with proxy scores and holes', t => {
	const { folder } = makeProxyGrid();
	const { files } = writeReport(folder);
	t.deepEqual(files, [path.join(folder, 'report', 'report.md'), path.join(folder, 'report', 'report.json')]);
	t.snapshot(read(files[0]));
});

test('the report of runs that agree with the paper', t => {
	const seeds = (method: string, title: string, fids: readonly number[], scores: readonly number[]) =>
		fids.map((fid, index) => ({
			method,
			title,
			labelFraction: 0.1,
			seed: index + 1,
			fid,
			inceptionScore: scores[index]!,
		}));
	const { folder } = makeGrid({
		runs: [
			...seeds('s3gan', 'S3GAN', [8.0, 8.298, 8.002], [78.7, 79.3758, 76.8242]),
			...seeds('s2gan', 'S2GAN', [10.1, 10.2, 10.3], [73.4, 74.5, 71]),
		],
	});
	t.snapshot(read(writeReport(folder, { formats: ['md'] }).files[0]));
});

test('equal inputs in other folders give equal bytes, without the name of the folder', t => {
	const written = [makeProxyGrid(), makeProxyGrid()].map(({ folder, grid }) => {
		const run = grid.runs.find(({ method, seed }) => method === 'big-gan' && seed === 3)!;
		const events = path.join(
			folder,
			grid.runs.find(r => r.labelFraction === 0.1 && r.seed === run.seed)!.folder,
		);
		writeFileSync(
			path.join(events, 'events.jsonl'),
			`${JSON.stringify({ time: Date.now(), event: 'failed', message: `cannot read ${folder}/shared/x` })}\n`,
		);
		const { files } = writeReport(folder);
		return { folder, texts: files.map(read), again: writeReport(folder).files.map(read) };
	});
	t.deepEqual(written[0]!.texts, written[1]!.texts);
	t.deepEqual(written[0]!.texts, written[0]!.again);
	t.true(written[0]!.texts[0]!.includes('cannot read OUT/shared/x'));
	for (const text of written[0]!.texts) t.false(text.includes(written[0]!.folder));
});

test('report.json has the content of the page, with its version', t => {
	const { folder } = makeProxyGrid();
	const { report, files } = writeReport(folder, { formats: ['json'] });
	t.deepEqual(JSON.parse(read(files[0])), JSON.parse(JSON.stringify(report)));
	t.is(report.schemaVersion, 1);
	t.false(existsSync(path.join(folder, 'report', 'report.md')));
});

test('links of sample sheets lead to files', t => {
	const { folder } = makeProxyGrid();
	const text = read(writeReport(folder).files[0]);
	const links = [...text.matchAll(/\]\((?<link>[^)]+)\)/gu)].map(match => match.groups!.link!);
	t.is(links.length, 9);
	for (const link of links) t.true(existsSync(path.resolve(folder, 'report', link)), link);
});

test('a place that cannot be written to, and an unknown format, are errors in words', t => {
	const { folder } = makeProxyGrid();
	writeFileSync(path.join(folder, 'report'), '');
	t.throws(() => writeReport(folder), { instanceOf: EnvironmentError });
	rmSync(path.join(folder, 'report'));
	mkdirSync(path.join(folder, 'report'));
	t.deepEqual(parseFormats(['json', 'md']), ['json', 'md']);
	t.throws(() => parseFormats(['md', 'pdf']), {
		instanceOf: UsageError,
		message: "format 'pdf': expected one of md, json",
	});
});
