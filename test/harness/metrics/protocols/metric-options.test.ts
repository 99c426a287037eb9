import test from 'ava';
import { digestOf } from '../../../../harness/canonical-json.ts';
import { metricOptions, sharedProtocols } from '../../../../harness/metrics/protocols/metric-options.ts';
import type { Protocol } from '../../../../harness/run/records.ts';

const protocol = (details: Protocol['details']): Protocol => ({
	name: 'ttur',
	fingerprint: digestOf(details),
	proxy: false,
	details,
});
const asked = { trainingDigest: 'abc', labelsDigest: 'def', bootstrapReplicates: undefined };

test('each metric of its own options names them, and nothing is named that was not asked for', t => {
	t.deepEqual(metricOptions({ ...asked, metrics: ['fid', 'kid'] }), {});
	t.deepEqual(metricOptions({ ...asked, metrics: undefined, bootstrapReplicates: 500 }), {
		'bootstrap replicates': 500,
		'bootstrap confidence': 0.95,
	});
	t.deepEqual(metricOptions({ ...asked, metrics: ['per-class-fid', 'duplicates', 'linear-probe'] }), {
		'per-class-fid real labels': 'def',
		'duplicates quantile': 0.01,
		'duplicates training': 'abc',
		'linear-probe penalty': 1e-3,
		'linear-probe training': 'abc',
	});
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
