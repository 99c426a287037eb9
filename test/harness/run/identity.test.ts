import test from 'ava';
import { canonicalJson, digestOf } from '../../../harness/canonical-json.ts';
import { collapseIdentity } from '../../../harness/run/identify-run.ts';
import { type RunIdentity, runIdOf } from '../../../harness/run/identity.ts';
import { methodSourceDigest } from '../../../harness/run/source-digest.ts';
import { findProfile } from '../../../harness/suite/profiles.ts';
import { loadMethod } from '../../../methods/registry.ts';

const identity: RunIdentity = {
	formatVersion: 1,
	method: 'big-gan',
	methodSource: 'a',
	options: { weight: 0.5 },
	settings: findProfile('smoke').settings(60),
	labelFraction: 1,
	seed: 1,
	dataSet: 'b',
	preparedLabels: null,
	protocol: 'c',
	backend: 'tensorflow 2.21.0 cpu',
};

test('the order of keys does not change the canonical form, the order of items does', t => {
	t.is(canonicalJson({ b: [1, { d: 1, c: 2 }], a: null }), '{"a":null,"b":[1,{"c":2,"d":1}]}');
	t.is(digestOf({ a: 1, b: 2 }), digestOf({ b: 2, a: 1 }));
	t.not(digestOf([1, 2]), digestOf([2, 1]));
});

test('a run id is 12 hex digits and changes with every part of the identity', t => {
	const id = runIdOf(identity);
	t.regex(id, /^[0-9a-f]{12}$/u);
	const changes: Partial<RunIdentity>[] = [
		{ method: 's3gan' },
		{ methodSource: 'z' },
		{ options: { weight: 0.25 } },
		{ settings: findProfile('smoke').settings(61) },
		{ labelFraction: 0.1 },
		{ labelFraction: null },
		{ labelList: 'z' },
		{ seed: 2 },
		{ dataSet: 'z' },
		{ preparedLabels: 'z' },
		{ protocol: 'z' },
		{ backend: 'tensorflow 2.21.0 cuda' },
		{ collapse: { action: 'stop', evaluateEvery: null, rules: 'd' } },
		{ collapse: { action: 'stop', evaluateEvery: 10, rules: 'd' } },
		{ collapse: { action: 'stop', evaluateEvery: null, rules: 'e' } },
	];
	const ids = changes.map(change => runIdOf({ ...identity, ...change }));
	t.is(new Set([id, ...ids]).size, changes.length + 1);
	t.is(runIdOf({ ...identity, labelList: undefined }), id, 'no list leaves the id of before there were any');
});

test('methods have digests of their own, the same at each reading', async t => {
	const [first, second] = await Promise.all(['big-gan', 's3gan'].map(loadMethod));
	t.is(methodSourceDigest(first.file), methodSourceDigest(first.file));
	t.not(methodSourceDigest(first.file), methodSourceDigest(second.file));
});

test('what may end a training early is part of its identity, what only logs is not', t => {
	t.deepEqual(collapseIdentity(undefined, 100), {});
	t.deepEqual(collapseIdentity('log', 100), {});
	t.like(collapseIdentity('roll-back', undefined).collapse, { action: 'roll-back', evaluateEvery: null });
	t.regex(collapseIdentity('stop', 5).collapse!.rules, /^[0-9a-f]{64}$/u);
});
