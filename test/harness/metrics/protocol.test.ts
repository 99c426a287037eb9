import test from 'ava';
import {
	type ProxyProtocolOptions,
	protocolDifferences,
	proxyProtocol,
	sameProtocol,
} from '../../../harness/metrics/protocol.ts';
import { protocolSchema } from '../../../harness/run/records.ts';

const options: ProxyProtocolOptions = {
	dataSet: { name: 'shapes-32', digest: 'abc', testCount: 500 },
	networkFingerprint: 'f'.repeat(64),
	fakeSets: 5,
	fakesPerSet: 256,
	standingImages: 512,
};

test('a proxy protocol says so, in its name too, and is a valid record', t => {
	const protocol = proxyProtocol(options);
	t.notThrows(() => protocolSchema.parse(protocol));
	t.is(protocol.name, 'proxy-shapes-32');
	t.true(protocol.proxy);
});

test('equal settings give equal protocols', t => {
	t.true(sameProtocol(proxyProtocol(options), proxyProtocol({ ...options, inceptionScoreSplits: 1 })));
});

for (const [what, change] of Object.entries<Partial<ProxyProtocolOptions>>({
	'other data': { dataSet: { ...options.dataSet, digest: 'abd' } },
	'another number of real images': { dataSet: { ...options.dataSet, testCount: 400 } },
	'another feature network': { networkFingerprint: 'e'.repeat(64) },
	'another number of fake sets': { fakeSets: 4 },
	'another number of fakes': { fakesPerSet: 255 },
	'other standing statistics': { standingImages: 64 },
	'other splits': { inceptionScoreSplits: 10 },
})) {
	test(`${what} is another protocol`, t => {
		const [first, second] = [proxyProtocol(options), proxyProtocol({ ...options, ...change })];
		t.false(sameProtocol(first, second));
		t.is(protocolDifferences(first, second).length, 1);
	});
}

test('differences are put in words', t => {
	t.deepEqual(protocolDifferences(proxyProtocol(options), proxyProtocol({ ...options, fakesPerSet: 1000 })), [
		'fakesPerSet: 256 against 1000',
	]);
	t.deepEqual(protocolDifferences(proxyProtocol(options), proxyProtocol(options)), []);
});
