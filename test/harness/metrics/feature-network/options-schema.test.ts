import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { requireFeatureNetworkOptions } from '../../../../harness/metrics/feature-network/options-schema.ts';
import { smallOptions } from './options.ts';

for (const [name, value] of Object.entries({
	width: 0,
	dimension: 1.5,
	imagesSeen: Number.NaN,
	batchSize: 1,
	learningRate: 0,
	momentum: 1,
	weightDecay: -1,
	largestShift: -1,
	seed: 0,
})) {
	test(`${name} ${value} is refused by name`, t => {
		const error = t.throws(() => requireFeatureNetworkOptions({ ...smallOptions, [name]: value }), {
			instanceOf: UsageError,
		});
		t.regex(error!.message, new RegExp(`at ${name}`, 'u'));
	});
}

test('options in range pass', t => {
	t.notThrows(() => requireFeatureNetworkOptions(smallOptions));
});
