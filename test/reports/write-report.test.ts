import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { EnvironmentError, UsageError } from '../../harness/errors.ts';
import { parseFormats, reportFormats, writeReport } from '../../reports/write-report.ts';
import { makeGrid, makeProxyGrid } from './make-grid.ts';

const digest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
const read = (file: string | undefined): string => readFileSync(file!, 'utf8');

test('the report of a small grid with proxy scores and holes', async t => {
	const { folder } = makeProxyGrid();
	const { files } = await writeReport(folder, { formats: ['md', 'json'] });
	t.deepEqual(files, [path.join(folder, 'report', 'report.md'), path.join(folder, 'report', 'report.json')]);
	t.snapshot(read(files[0]));
});

test('the report of runs that agree with the paper', async t => {
	const seeds = (method: string, title: string, fids: readonly number[], scores: readonly number[]) =>
		fids.map((fid, index) => ({
			method,
			title,
			labelFraction: 0.1,
			seed: index + 1,
			fid,
			inceptionScore: scores[index]!,
			manifest: true,
		}));
	const { folder } = makeGrid({
		runs: [
			...seeds('s3gan', 'S3GAN', [8.0, 8.298, 8.002], [78.7, 79.3758, 76.8242]),
			...seeds('s2gan', 'S2GAN', [10.1, 10.2, 10.3], [73.4, 74.5, 71]),
		],
	});
	t.snapshot(read((await writeReport(folder, { formats: ['md'] })).files[0]));
});

test('equal inputs in other folders give equal bytes, without the name of the folder', async t => {
	const write = async () => {
		const { folder, grid } = makeProxyGrid();
		const failed = grid.runs.find(({ labelFraction, seed }) => labelFraction === 0.1 && seed === 3)!;
		const event = { time: 1, event: 'failed', message: `cannot read ${folder}/shared/x` };
		writeFileSync(path.join(folder, failed.folder, 'events.jsonl'), `${JSON.stringify(event)}\n`);
		const { files } = await writeReport(folder, { formats: reportFormats });
		return { folder, names: files.map(file => path.relative(folder, file)), texts: files.map(digest) };
	};
	const [first, second] = [await write(), await write()];
	t.deepEqual(first.names, second.names);
	t.deepEqual(first.texts, second.texts);
	const again = await writeReport(first.folder, { formats: reportFormats });
	t.deepEqual(again.files.map(digest), first.texts);
	const page = read(path.join(first.folder, 'report/report.html'));
	t.true(page.includes('cannot read OUT/shared/x'));
	for (const name of first.names) t.false(read(path.join(first.folder, name)).includes(first.folder), name);
});

test('report.json has the content of the page, with its version', async t => {
	const { folder } = makeProxyGrid();
	const { report, files } = await writeReport(folder, { formats: ['json'] });
	t.deepEqual(JSON.parse(read(files[0])), JSON.parse(JSON.stringify(report)));
	t.is(report.schemaVersion, 1);
	t.false(existsSync(path.join(folder, 'report', 'report.md')));
});

test('links of sample sheets lead to files', async t => {
	const { folder } = makeProxyGrid();
	const text = read((await writeReport(folder, { formats: ['md'] })).files[0]);
	const links = [...text.matchAll(/\]\((?<link>[^)]+)\)/gu)].map(match => match.groups!.link!);
	t.is(links.length, 9);
	for (const link of links) t.true(existsSync(path.resolve(folder, 'report', link)), link);
});

test('a place that cannot be written to, and an unknown format, are errors in words', async t => {
	const { folder } = makeProxyGrid();
	writeFileSync(path.join(folder, 'report'), '');
	await t.throwsAsync(writeReport(folder), { instanceOf: EnvironmentError });
	rmSync(path.join(folder, 'report'));
	mkdirSync(path.join(folder, 'report'));
	t.deepEqual(parseFormats(['json', 'md']), ['json', 'md']);
	t.throws(() => parseFormats(['md', 'pdf']), {
		instanceOf: UsageError,
		message: "format 'pdf': expected one of html, md, json, csv, svg, png",
	});
});
