import test from 'ava';
import { digestOf } from '../../../../harness/canonical-json.ts';
import { metricOptions, sharedProtocols } from '../../../../harness/metrics/protocols/metric-options.ts';
import { presets } from '../../../../harness/metrics/protocols/presets.ts';
import type { Protocol } from '../../../../harness/run/records.ts';

const protocol = (details: Protocol['details']): Protocol => ({
	name: 'ttur',
	fingerprint: digestOf(details),
	proxy: false,
	details,
});
const asked = {
	preset: presets['tfgan-s3gan'],
	trainingDigest: 'abc',
	labelsDigest: 'def',
	bootstrapReplicates: undefined,
};

test('each metric of its own options names them, and nothing is named that was not asked for', t => {
	t.deepEqual(metricOptions({ ...asked, metrics: ['fid', 'kid'] }), {});
	t.deepEqual(metricOptions({ ...asked, metrics: undefined, bootstrapReplicates: 500 }), {
		'bootstrap replicates': 500,
		'bootstrap confidence': 0.95,
	});
	t.deepEqual(metricOptions({ ...asked, metrics: ['per-class-fid', 'duplicates', 'linear-probe'] }), {
		'per-class-fid real labels': 'def',
		'per-class-fid trace rule': 'exact',
		'duplicates quantile': 0.01,
		'duplicates training': 'abc',
		'linear-probe penalty': 1e-3,
		'linear-probe most steps': 200,
		'linear-probe gradient tolerance': 1e-5,
		'linear-probe training': 'abc',
	});
});

test('a metric that the protocol has no rule for brings the rule that it was measured by', t => {
	const metrics = ['fid', 'is', 'kid', 'prdc', 'fid-infinity'] as const;
	t.deepEqual(metricOptions({ ...asked, preset: presets['pytorch-fid'], metrics }), {
		'is splits': 10,
		'is bias': false,
		'kid rule': '100 subsets of 1000',
		'prdc rule': '5 neighbours, <',
		'fid-infinity points': 15,
		'fid-infinity smallest subset': 'a tenth of the images, at most 5000',
	});
	t.deepEqual(metricOptions({ ...asked, preset: presets.studiogan, metrics: ['is', 'prdc'] }), {});
});

test('options of a metric that one result lacks do not stand against the numbers that both have', t => {
	const plain = protocol({ preset: 'ttur' });
	const probed = protocol({ preset: 'ttur', 'linear-probe penalty': 1e-3, 'bootstrap replicates': 100 });
	const [first, second] = sharedProtocols(plain, probed);
	t.is(first.fingerprint, second.fingerprint);
	t.is(first.fingerprint, plain.fingerprint);
	const otherwise = protocol({ preset: 'ttur', 'linear-probe penalty': 1 });
	const both = sharedProtocols(probed, otherwise);
	t.not(both[0].fingerprint, both[1].fingerprint);
	t.deepEqual(Object.keys(both[0].details), ['preset', 'linear-probe penalty']);
});
