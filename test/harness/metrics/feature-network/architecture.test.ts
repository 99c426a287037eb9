import test from 'ava';
import { describeConvolutions } from '../../../../harness/metrics/feature-network/architecture.ts';

test('32×32 images are halved twice, channels doubling up to the dimension', t => {
	t.deepEqual(
		describeConvolutions({ width: 16, dimension: 64 }, 32).map(
			({ inputChannels, outputChannels, stride }) => [inputChannels, outputChannels, stride],
		),
		[
			[3, 16, 1],
			[16, 32, 2],
			[32, 32, 1],
			[32, 64, 2],
			[64, 64, 1],
		],
	);
});

for (const resolution of [8, 16, 32, 64, 128, 256]) {
	test(`a network for ${resolution}×${resolution} ends with the dimension on a map of at most 8×8`, t => {
		const convolutions = describeConvolutions({ width: 32, dimension: 128 }, resolution);
		t.is(convolutions.at(-1)!.outputChannels, 128);
		t.true(convolutions.every(({ outputChannels }) => outputChannels <= 128));
		const halvings = convolutions.filter(({ stride }) => stride === 2).length;
		t.true(resolution / 2 ** halvings <= 8);
		for (const [index, { inputChannels }] of convolutions.entries()) {
			t.is(inputChannels, index === 0 ? 3 : convolutions[index - 1].outputChannels);
		}
		t.is(new Set(convolutions.map(({ name }) => name)).size, convolutions.length);
	});
}
