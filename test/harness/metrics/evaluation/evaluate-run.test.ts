import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { randomInceptionWeights } from '../../../../ci/parity/random-inception.ts';
import { EnvironmentError, UsageError } from '../../../../harness/errors.ts';
import { openFeatureCache } from '../../../../harness/metrics/cache/feature-cache.ts';
import { evaluateRun } from '../../../../harness/metrics/evaluation/evaluate-run.ts';
import { evaluationSchema } from '../../../../harness/metrics/evaluation/evaluation-record.ts';
import { inceptionFile, storeInception } from '../../../../harness/metrics/inception/installed.ts';
import { weightsDigestOf } from '../../../../harness/metrics/inception/weights.ts';
import { executeRun } from '../../../../harness/run/execute-run.ts';
import { prepareData } from '../../../../harness/run/prepare.ts';
import type { Profile } from '../../../../harness/run/profile.ts';
import { openStoredRun } from '../../../../harness/samples/stored-run.ts';
import { findProfile } from '../../../../harness/suite/profiles.ts';
import { locateRuntime } from '../../../../harness/tensor/runtime-location.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { loadMethod } from '../../../../methods/registry.ts';
import { temporaryFolder } from '../../cli/run-binary.ts';

// Inception with random weights in a cache of its own, and a run that takes seconds.
const folder = temporaryFolder(test);
const runtime = locateRuntime()?.folder;
if (runtime) process.env.FEWER_LABELS_RUNTIME = runtime;
process.env.FEWER_LABELS_CACHE = path.join(folder, 'cache');

const smoke = findProfile('smoke');
const profile: Profile = {
	...smoke,
	trainCount: 40,
	testCount: 20,
	evaluator: 'inception',
	settings: steps => ({
		...smoke.settings(steps),
		channels: 4,
		batchSize: 4,
		standingBatches: 2,
		evaluationBatchSize: 8,
		fakeSets: 1,
		fakesPerSet: 12,
	}),
};
const run = path.join(folder, 'run');
const request = { profile, data: 'shapes', sharedFolder: path.join(folder, 'shared'), report: () => {} };
const train = async () =>
	executeRun({
		...request,
		loaded: await loadMethod('single-label'),
		options: {},
		labelFraction: null,
		seed: 1,
		steps: 1,
		folder: run,
		onProgress: () => {},
	});

test.serial(
	'without the weights nothing starts, and the message names the command that installs them',
	async t => {
		const error = await t.throwsAsync(train(), { instanceOf: EnvironmentError });
		t.regex(error!.message, /^Inception: no weights are installed on this machine/u);
		t.regex(error!.fix!, /fewer-labels metrics install FILE/u);
		t.false(existsSync(path.join(run, 'manifest.json')));
	},
);

test.serial('a run that asks for Inception is scored by it, and evaluated again to the last bit', async t => {
	const weights = randomInceptionWeights(3);
	const file = inceptionFile();
	mkdirSync(path.dirname(file), { recursive: true });
	storeInception(file, weights, {
		sourceDigest: 'a'.repeat(64),
		sourceName: 'random.npz',
		publication: null,
		weightsDigest: weightsDigestOf(weights),
	});
	const result = await train();
	t.is(result.protocol.name, 'tfgan-s3gan');
	t.false(result.protocol.proxy);
	t.like(result.protocol.details, {
		preset: 'tfgan-s3gan',
		resize: 'bilinear-legacy',
		traceRule: 'tfgan',
		referenceSplit: 'test',
		referenceImages: 20,
		fakesPerSet: 12,
		standingImages: 16,
	});
	const manifest = JSON.parse(readFileSync(path.join(run, 'manifest.json'), 'utf8'));
	t.deepEqual(manifest.protocol, result.protocol);
	t.is(manifest.identity.protocol, result.protocol.fingerprint);
	t.false(existsSync(path.join(folder, 'shared', 'feature-networks')), 'no proxy is trained');

	const before = tf.memory().numTensors;
	const { dataSet, evaluator } = await prepareData(request);
	const stored = await openStoredRun(run);
	const cache = openFeatureCache(path.join(folder, 'cache', 'metrics', 'features'));
	const shared = {
		run: stored,
		runId: result.runId,
		evaluator,
		preset: 'tfgan-s3gan',
		dataSet,
		cache,
	} as const;
	const evaluation = evaluationSchema.parse(await evaluateRun(shared));
	t.deepEqual(evaluation.protocol, result.protocol);
	t.deepEqual(evaluation.scores.fid, result.scores.fid);
	t.deepEqual(evaluation.scores.inceptionScore, result.scores.inceptionScore);
	t.true(evaluation.notes.includes('unverified weights: random.npz is no known publication'));

	await t.throwsAsync(evaluateRun({ ...shared, dataSet: { ...dataSet, digest: 'b'.repeat(64) } }), {
		instanceOf: UsageError,
		message: /was trained on shapes-32 \(.*\), these images are shapes-32 \(bbbbbbbbbbbb\)$/u,
	});
	evaluator.dispose();
	t.is(tf.memory().numTensors, before);
});
