import test from 'ava';
import { requireFeatureNetworkOptions } from '../../../../harness/metrics/feature-network/options-schema.ts';
import {
	featureNetworkId,
	featureNetworkPresets,
} from '../../../../harness/metrics/feature-network/presets.ts';

const { smoke, proxy } = featureNetworkPresets;

test('presets are within their ranges', t => {
	t.notThrows(() => requireFeatureNetworkOptions(smoke));
	t.notThrows(() => requireFeatureNetworkOptions(proxy));
});

test('equal data and options have one identity, whatever the order of the options', t => {
	const turned = Object.fromEntries(Object.entries(smoke).reverse()) as unknown as typeof smoke;
	t.is(featureNetworkId('abc', turned), featureNetworkId('abc', smoke));
	t.regex(featureNetworkId('abc', smoke), /^[0-9a-f]{16}$/u);
});

test('other data or options have another identity', t => {
	const identities = [
		featureNetworkId('abc', smoke),
		featureNetworkId('abd', smoke),
		featureNetworkId('abc', { ...smoke, seed: 2 }),
		featureNetworkId('abc', { ...smoke, imagesSeen: smoke.imagesSeen + 1 }),
		featureNetworkId('abc', proxy),
	];
	t.is(new Set(identities).size, identities.length);
});
