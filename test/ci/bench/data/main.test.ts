import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { summarize } from '../../../../ci/bench/data/summaries.ts';
import { writePictureFolder } from '../../../harness/data/packed/picture-folder.ts';
import { temporaryFolder } from '../../../harness/data/temporary-folder.ts';

const program = fileURLToPath(new URL('../../../../ci/bench/data/main.ts', import.meta.url));
const hook = fileURLToPath(new URL('../../../../harness/runtime/register-typescript.js', import.meta.url));
const run = (...parameters: string[]) =>
	spawnSync(process.execPath, ['--import', hook, program, ...parameters], { encoding: 'utf8' });

test('the benchmarks asked for run, and give a table and JSON', async t => {
	const folder = temporaryFolder(t);
	await writePictureFolder({ folder });
	const out = path.join(folder, 'out.json');
	const pictures = path.join(folder, 'train');
	const { status, stdout, stderr } = run(pictures, '--only', 'kill-pack', '--kills', '0', '--out', out);
	t.is(status, 0, stderr);
	const rows = stdout.trim().split('\n').slice(2);
	t.regex(rows[0], /^\| kill-pack \| pixels +\| 0 killed, \d+ finished, 0 files different \|$/u);
	t.regex(rows[1], /^\| kill-pack \| bytes +\| 0 killed, \d+ finished, 0 files different \|$/u);
	const { machine, results } = JSON.parse(readFileSync(out, 'utf8'));
	t.is(machine.node, process.version);
	t.deepEqual(
		results.map(({ result }: { result: { form: string; killed: number } }) => [result.form, result.killed]),
		[
			['pixels', 0],
			['bytes', 0],
		],
	);
});

test('a benchmark that fails is told in the table', t => {
	const { status, stdout } = run(path.join(temporaryFolder(t), 'missing'), '--only', 'decode');
	t.is(status, 1);
	t.regex(stdout, /\| decode +\|.*\| it ended with 1:/u);
});

test('an unknown benchmark is refused', t => {
	const { status, stderr } = run('.', '--only', 'decoding');
	t.is(status, 1);
	t.true(stderr.includes('--only: there is no benchmark decoding'));
});

test('parts of decoding are told in words', t => {
	const parts = [
		{ name: 's3gan', processorMs: 0.9 },
		{ name: 'Pillow, decoding alone', processorMs: 0.95 },
	];
	t.deepEqual(summarize('decode-parts', { parts }), [
		['decode-parts', 's3gan', '0.9 ms of processor'],
		['decode-parts', 'Pillow, decoding alone', '0.95 ms of processor'],
	]);
});

test('memory and decoding are told in words', t => {
	const memory = {
		...{ images: 10, form: 'bytes', exitCode: 0, seconds: 3, processorSeconds: 2 },
		...{ residentMB: 450, ownMB: 90, filesMB: 360 },
	};
	t.deepEqual(summarize('pack-memory', memory), [
		['pack-memory', '10 as bytes', '3 s, 2 s of processor; 450 MB resident, 90 MB of them its own'],
	]);
	const group = { version: 'v2', peakMB: 499.9, ownMB: 90, mappedMB: 160, limitMet: 12, killed: 0 };
	t.deepEqual(summarize('pack-memory', { ...memory, limitMB: 500, group })[0].slice(1), [
		'10 as bytes, limit 500 MB',
		'3 s, 2 s of processor; 450 MB resident, 90 MB of them its own; group: peak 499.9 MB, 0 killed',
	]);
	const contestant = {
		name: 'Pillow',
		processorMs: 1.5,
		timesOursProcessor: 1.6,
		timesReducedProcessor: 1.8,
	};
	t.deepEqual(summarize('decode', { contestants: [contestant] }), [
		['decode', 'Pillow', '1.5 ms of processor: 1.6 × s3gan, 1.8 × s3gan-reduced'],
	]);
});
