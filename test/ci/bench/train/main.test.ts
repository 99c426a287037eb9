import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import type { BenchmarkResult } from '../../../../ci/bench/train/result.ts';

const run = (...parameters: string[]) => {
	const loader = ['--import', './harness/runtime/register-typescript.js'];
	return execa(process.execPath, [...loader, 'ci/bench/train/main.ts', ...parameters], { reject: false });
};

const small = ['--channels', '4', '--batch', '2', '--repetitions', '2', '--steps', '1', '--threads', '1'];

test('our two contestants compute the same, are timed, and written as a table and as JSON', async t => {
	const folder = await mkdtemp(path.join(tmpdir(), 'bench-test-'));
	t.teardown(() => rm(folder, { recursive: true }));
	const out = path.join(folder, 'times.json');
	const { stdout, stderr, exitCode } = await run(...small, '--contestants', 'compiled,eager', '--out', out);
	t.is(exitCode, 0, stderr);
	t.regex(
		stdout,
		/^BigGAN 32×32, ch 4 \([\d,]+ parameters\), batch 2, 2 discriminator \+ 1 generator updates, float32$/mu,
	);
	t.regex(stdout, /^\| this project, compiled +\|/mu);

	const result = JSON.parse(readFileSync(out, 'utf8')) as BenchmarkResult;
	const [eager, compiled] = result.contestants;
	t.is(eager.name, 'eager');
	t.is(eager.agreement, null);
	t.true(eager.nativeCalls! > 1000);
	t.true(compiled.nativeCalls! < 100);
	t.true(compiled.agreement!.losses < 1e-6);
	t.deepEqual([result.threads, result.repetitions, result.stepsPerTurn], [1, 2, 1]);
	t.is(result.referenceForRatios, null);
	for (const { raw, times } of result.contestants) {
		t.is(raw.rounds.flat().length, 2);
		t.true(times.bestMilliseconds > 0);
		t.is(times.ratio, null);
	}
});

test('an interpreter that does not start is named, with what to do', async t => {
	const { stderr, exitCode } = await run(
		...small,
		'--contestants',
		'pytorch',
		'--python',
		'./no-such-python',
	);
	t.is(exitCode, 7);
	t.regex(
		stderr,
		/^Error: \.\/no-such-python: does not start \(.*ENOENT.*\)\nFix: make a Python environment/mu,
	);
});

test('a missing library is named, with what to do', async t => {
	const folder = await mkdtemp(path.join(tmpdir(), 'bench-test-'));
	t.teardown(() => rm(folder, { recursive: true }));
	// A module of that name that cannot be imported, whatever is installed.
	await writeFile(path.join(folder, 'numpy.py'), 'raise ImportError("No module named numpy")\n');
	const { stderr, exitCode } = await execa(
		process.execPath,
		[
			...['--import', './harness/runtime/register-typescript.js', 'ci/bench/train/main.ts'],
			...[...small, '--contestants', 'tensorflow'],
		],
		{ reject: false, env: { PYTHONPATH: folder } },
	);
	t.is(exitCode, 7);
	t.regex(stderr, /^Error: TensorFlow graph from Python: ImportError: No module named numpy\nFix: /mu);
});

test('wrong options end with 2 and say what is allowed', async t => {
	const unknown = await run('--contestants', 'eager,mxnet');
	t.is(unknown.exitCode, 2);
	t.regex(unknown.stderr, /there is no 'mxnet'; choose from eager, compiled, pytorch/u);
	const channels = await run('--channels', '6');
	t.is(channels.exitCode, 2);
	t.regex(channels.stderr, /expected a multiple of 4, got '6'/u);
	for (const [contestants, missing] of [
		['eager,compiled', 'pytorch-channels-last'],
		['eager,pytorch-channels-last', 'compiled'],
		['pytorch', 'compiled and pytorch-channels-last'],
	] as const) {
		const gate = await run('--contestants', contestants, '--at-most', '1');
		t.is(gate.exitCode, 2);
		t.is(
			gate.stderr,
			`error: --at-most compares compiled with pytorch-channels-last: --contestants leaves out ${missing}`,
		);
	}
});
