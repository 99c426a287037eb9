import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { writeReport } from '../../../reports/write-report.ts';
import { makeGrid } from '../../reports/make-grid.ts';
import { runBinary } from './run-binary.ts';

const grid = (fids: readonly number[], method = 's3gan', steps = 250_000) =>
	makeGrid({
		steps,
		runs: fids.map((fid, index) => ({
			method,
			title: method.toUpperCase(),
			labelFraction: 0.1,
			seed: index + 1,
			fid,
		})),
	}).folder;

test('a regression exits with 5 and names the cell', t => {
	const { status, stdout } = runBinary(['compare', grid([8, 8.1, 7.9]), grid([10, 10.1, 9.9])]);
	t.is(status, 5);
	t.regex(stdout, /\| S3GAN, 10 %, FID +\| +8\.00 \(3\) \| +10\.00 \(3\) \| worse +\|/u);
	t.regex(stdout, /1 worse, 1 same\n$/u);
});

test('a report.json stands for a folder; better and equal exit with 0', async t => {
	const [before, after] = [grid([10, 10.1, 9.9]), grid([8, 8.1, 7.9])];
	const { files } = await writeReport(before, { formats: ['json'] });
	const { status, stdout } = runBinary(['compare', files[0]!, after, '--json']);
	t.is(status, 0);
	const { ok, cells } = JSON.parse(stdout);
	t.true(ok);
	t.is(cells[0].change, 'better');
	t.is(runBinary(['compare', after, after]).status, 0);
});

test('nothing in common, no such place and no report exit with 2', t => {
	const folder = grid([8]);
	t.regex(runBinary(['compare', folder, grid([8], 's2gan')]).stderr, /have no cell with results in common/u);
	t.is(runBinary(['compare', folder, 'nowhere']).status, 2);
	const file = path.join(folder, 'other.json');
	const refused = (text: string, problem: string, fix: string): void => {
		writeFileSync(file, text);
		const { status, stderr } = runBinary(['compare', folder, file]);
		t.is(status, 2);
		t.true(stderr.startsWith(`Error: ${file}: no report: ${problem}`), stderr);
		t.is(stderr.trim().split('\n').length, 2, stderr);
		t.true(stderr.includes(`\nFix: ${fix}`), stderr);
	};
	const newer = 'use the newer version of fewer-labels that wrote it, or give the output folder';
	const again = 'make it again with `fewer-labels report DIR --format json`';
	refused('{"schemaVersion": 2}', 'it has version 2; this program reads version 1\n', newer);
	refused('{"name": "x"}', 'it has version none; this program reads version 1\n', again);
	refused('{"schemaVersion": 1}', 'damaged: suite: ', again);
	refused('{', 'not readable as JSON', again);
});

test('reports without a setting in common are said to be incomparable, and exit with 2', t => {
	const folders = [grid([8, 8.1, 7.9]), grid([8, 8.1, 7.9], 's3gan', 1000)];
	const { status, stdout, stderr } = runBinary(['compare', ...folders]);
	t.is(status, 2);
	t.regex(stdout, /\| incomparable \| steps 250000 against 1000 +\|/u);
	t.regex(stderr, /are incomparable: they have no setting in common \(steps 250000 against 1000\)\nFix: /u);
	const json = runBinary(['compare', ...folders, '--json']);
	t.is(json.status, 2);
	t.false(JSON.parse(json.stdout).ok);
});
