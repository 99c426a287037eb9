import test from 'ava';
import {
	type EvaluationProtocolOptions,
	evaluationProtocol,
} from '../../../../harness/metrics/evaluators/evaluation-protocol.ts';
import { proxyProtocol } from '../../../../harness/metrics/protocol.ts';

const options: EvaluationProtocolOptions = {
	evaluator: { kind: 'inception', fingerprint: 'e'.repeat(64) },
	dataSet: { name: 'shapes-32', digest: 'd'.repeat(64), referenceCount: 500 },
	fakeSets: 5,
	fakesPerSet: 256,
	standingImages: 512,
};

test('Inception’s scores carry the paper’s protocol unless another is asked for', t => {
	const { name, proxy, details } = evaluationProtocol(options);
	t.is(name, 'tfgan-s3gan');
	t.false(proxy);
	t.like(details, {
		extractor: 'Inception 2015-12-05',
		traceRule: 'tfgan',
		inceptionScoreSplits: 1,
		inceptionScoreBias: true,
		referenceSplit: 'test',
		referenceImages: 500,
	});
	const other = evaluationProtocol({
		...options,
		evaluator: { ...options.evaluator, preset: 'pytorch-fid' },
	});
	t.is(other.name, 'pytorch-fid');
	// A tool without an Inception Score: that of the paper which proposed it.
	t.like(other.details, { referenceSplit: 'train', inceptionScoreSplits: 10, inceptionScoreBias: false });
});

test('everything that moves the numbers moves the fingerprint', t => {
	const prints = [
		options,
		{ ...options, evaluator: { ...options.evaluator, fingerprint: 'f'.repeat(64) } },
		{ ...options, evaluator: { ...options.evaluator, preset: 'ttur' as const } },
		{ ...options, dataSet: { ...options.dataSet, digest: 'c'.repeat(64) } },
		{ ...options, dataSet: { ...options.dataSet, referenceCount: 499 } },
		{ ...options, fakeSets: 1 },
		{ ...options, fakesPerSet: 255 },
		{ ...options, standingImages: 511 },
	].map(changed => evaluationProtocol(changed).fingerprint);
	t.is(new Set(prints).size, prints.length);
	const renamed = { ...options, dataSet: { ...options.dataSet, name: 'pictures' } };
	t.is(evaluationProtocol(renamed).fingerprint, prints[0]);
});

test('a proxy’s protocol is the one that proxy scores have always had', t => {
	const evaluator = { kind: 'proxy', fingerprint: 'e'.repeat(64) } as const;
	t.deepEqual(
		evaluationProtocol({ ...options, evaluator }),
		proxyProtocol({
			dataSet: { name: 'shapes-32', digest: 'd'.repeat(64), testCount: 500 },
			networkFingerprint: 'e'.repeat(64),
			fakeSets: 5,
			fakesPerSet: 256,
			standingImages: 512,
		}),
	);
});
