import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { evaluationSchema } from '../../../harness/metrics/evaluation/evaluation-record.ts';
import { type Result, resultSchema } from '../../../harness/run/records.ts';
import { locateRuntime } from '../../../harness/tensor/runtime-location.ts';
import { runBinary, temporaryFolder } from './run-binary.ts';

// One run of two steps, and a cache of its own.
const folder = temporaryFolder(test);
const run = path.join(folder, 'run');
const environment = {
	FEWER_LABELS_CACHE: path.join(folder, 'cache'),
	FEWER_LABELS_RUNTIME: locateRuntime()?.folder ?? '',
};
const resultFile = path.join(run, 'result.json');
let result: Result;

test.before(() => {
	const { status, stderr } = runBinary([
		...['train', '--method', 's3gan', '--profile', 'smoke', '--steps', '2', '--out', run],
	]);
	if (status !== 0) throw new Error(stderr);
	result = resultSchema.parse(JSON.parse(readFileSync(resultFile, 'utf8')));
});

const evaluate = (...parameters: string[]) => runBinary(['evaluate', ...parameters], environment);
const parse = (text: string) => evaluationSchema.parse(JSON.parse(text));
const evaluations = (): string[] => readdirSync(path.join(run, 'evaluations'));

test.serial('under the run’s own protocol the numbers are the run’s, to the last bit', t => {
	const before = readFileSync(resultFile);
	const { status, stdout, stderr } = evaluate(run, '--json');
	t.is(status, 0, stderr);
	const { protocol, scores, step } = parse(stdout);
	t.deepEqual(protocol, result.protocol);
	t.deepEqual(scores.fid, result.scores.fid);
	t.deepEqual(scores.inceptionScore, result.scores.inceptionScore);
	t.is(step, 2);
	t.deepEqual(evaluations(), [`${protocol.fingerprint}.json`]);
	t.deepEqual(readFileSync(resultFile), before);
});

test.serial('other metrics are added beside those that are there; another count is another protocol', t => {
	const more = evaluate(run, '--metrics', 'prdc,per-class-fid,linear-probe', '--bootstrap', '100');
	t.is(more.status, 0, more.stderr);
	t.regex(more.stdout, /^Linear probe ↑ +0\.\d{4}$/mu);
	const file = path.join(run, 'evaluations', `${result.protocol.fingerprint}.json`);
	const merged = parse(readFileSync(file, 'utf8'));
	t.deepEqual(merged.scores.fid, result.scores.fid);
	t.is(merged.scores.recall.values.length, 5);
	t.is(merged.scores.linearProbe.values.length, 1);
	t.is(merged.metricOptions['linear-probe penalty'], 1e-3);
	t.truthy(merged.sets[0].intervals?.of.recall);

	const one = evaluate(run, '--fake-sets', '1', '--json');
	t.is(one.status, 0, one.stderr);
	const { protocol, scores } = parse(one.stdout);
	t.not(protocol.fingerprint, result.protocol.fingerprint);
	t.deepEqual(scores.fid.values, result.scores.fid.values.slice(0, 1));
	t.is(evaluations().length, 2);
});

test.serial('a run that is not finished is evaluated at its latest checkpoint, beside its end', t => {
	const open = path.join(folder, 'open');
	cpSync(run, open, { recursive: true });
	for (const name of ['result.json', 'weights.safetensors', 'evaluations']) {
		rmSync(path.join(open, name), { recursive: true });
	}
	const none = evaluate(open);
	t.is(none.status, 2);
	t.regex(none.stderr, /it is not finished .*\nFix: .*--checkpoint latest$/mu);
	const early = evaluate(open, '--checkpoint', 'latest');
	t.is(early.status, 2);
	t.regex(early.stderr, /it has no checkpoint yet$/mu);
	// Of a finished run the latest state is its end.
	const end = evaluate(run, '--checkpoint', 'latest', '--fake-sets', '1', '--json');
	t.is(end.status, 0, end.stderr);
	t.deepEqual(parse(end.stdout).scores.fid.values, result.scores.fid.values.slice(0, 1));
});

test.serial('what cannot be evaluated is refused, with what to do, and nothing is written', t => {
	const manifest = path.join(run, 'manifest.json');
	const text = readFileSync(manifest, 'utf8');
	for (const [parameters, status, pattern] of [
		[
			[run, '--protocol', 'torch-fidelity'],
			7,
			/^Error: Inception: no weights are installed on this machine/u,
		],
		[[run, '--protocol', 'fid'], 2, /^error: option '--protocol <name>' argument 'fid' is invalid/u],
		[[run, '--metrics', 'kid'], 2, /^Error: kid: needs at least 1000 images on both sides, got 256$/mu],
		[[folder], 2, /^Error: .*: not the folder of a run: ENOENT/u],
		[[run, '--cache-limit', 'much'], 2, /expected a size such as 500MB or 20GB, or none, got 'much'/u],
		[[run, '--fake-sets', '0'], 2, /expected a whole number of at least 1, got '0'/u],
	] as const) {
		const refused = evaluate(...parameters);
		t.is(refused.status, status, refused.stderr);
		t.regex(refused.stderr, pattern);
	}
	const changed = JSON.parse(text) as { dataSet: { digest: string } };
	changed.dataSet.digest = 'c'.repeat(64);
	writeFileSync(manifest, JSON.stringify(changed));
	const other = evaluate(run);
	writeFileSync(manifest, text);
	t.is(other.status, 2);
	t.regex(other.stderr, /was trained on shapes-32 \(c{12}\), these images are shapes-32 \([0-9a-f]{12}\)$/mu);
	t.regex(other.stderr, /^Fix: give the data set of the run with --data$/mu);
	t.is(evaluations().length, 2);
});
