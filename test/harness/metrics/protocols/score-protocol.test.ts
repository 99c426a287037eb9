import test from 'ava';
import { presets } from '../../../../harness/metrics/protocols/presets.ts';
import {
	type ScoreCircumstances,
	scoreProtocol,
} from '../../../../harness/metrics/protocols/score-protocol.ts';
import { protocolSchema } from '../../../../harness/run/records.ts';

const circumstances: ScoreCircumstances = {
	extractor: { name: 'Inception 2015-12-05', fingerprint: 'a'.repeat(64), proxy: false },
	referenceDigest: 'b'.repeat(64),
	referenceSplit: 'test',
	realCount: 10_000,
	fakeCount: 10_000,
	generatorMode: 'EMA + standing statistics',
	seeds: { latents: 1, subsets: 1 },
	tf32: false,
};

test('a protocol is a valid record, and the same circumstances give the same fingerprint', t => {
	const protocol = scoreProtocol(presets['tfgan-s3gan'], circumstances);
	t.deepEqual(protocolSchema.parse(protocol), protocol);
	t.is(scoreProtocol(presets['tfgan-s3gan'], { ...circumstances }).fingerprint, protocol.fingerprint);
});

test('everything that moves the number moves the fingerprint', t => {
	const changes: Partial<ScoreCircumstances>[] = [
		{},
		{ extractor: { ...circumstances.extractor, fingerprint: 'c'.repeat(64) } },
		{ extractor: { ...circumstances.extractor, fingerprint: null } },
		{ extractor: { ...circumstances.extractor, proxy: true, name: 'proxy' } },
		{ referenceDigest: 'd'.repeat(64) },
		{ referenceSplit: 'train' },
		{ realCount: 5000 },
		{ fakeCount: 5000 },
		{ generatorMode: 'as given' },
		{ seeds: { latents: 2, subsets: 1 } },
		{ seeds: { latents: 1, subsets: 2 } },
		{ tf32: true },
		{ tf32: undefined },
		{ origins: { mixed: true } },
		{ metricOptions: { 'prdc rule': '5 neighbours, <' } },
	];
	const fingerprints = [
		...changes.map(change => scoreProtocol(presets['tfgan-s3gan'], { ...circumstances, ...change })),
		...Object.values(presets)
			.slice(1)
			.map(preset => scoreProtocol(preset, circumstances)),
	].map(({ fingerprint }) => fingerprint);
	t.is(new Set(fingerprints).size, changes.length + 5);
});

test('scores of another network than Inception are called proxies', t => {
	const extractor = { name: 'classifier', fingerprint: 'a'.repeat(64), proxy: true };
	const { name, proxy } = scoreProtocol(presets['clean-fid'], { ...circumstances, extractor });
	t.is(name, 'proxy-clean-fid');
	t.true(proxy);
});
