import test from 'ava';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { verifyAllocatedParameters } from '../../../harness/verify/count-allocated.ts';
import type { GatedNetwork } from '../../../harness/verify/gated-networks.ts';
import { bigGanConfig } from '../../../methods/networks/big-gan/config.ts';
import { describeDiscriminator } from '../../../methods/networks/big-gan/describe-discriminator.ts';
import { countParameters, sizeOfShape } from '../../../methods/networks/parameters.ts';

const small = describeDiscriminator(bigGanConfig({ resolution: 32, channels: 8, classes: 10 }));
const gated: GatedNetwork = {
	name: 'small',
	total: countParameters(small),
	tensors: small.parameters.map(({ name, shape }) => ({ name, shape, size: sizeOfShape(shape) })),
	table: null,
	source: 'test',
	file: 'test',
	describe: () => small,
};

test('counts the variables that were created, and frees them', t => {
	const before = tf.memory().numTensors;
	const { ok, networks } = verifyAllocatedParameters([gated, gated]);
	t.true(ok);
	t.is(networks[0]?.actual, countParameters(small));
	t.is(networks[1]?.tensors, small.parameters.length);
	t.is(tf.memory().numTensors, before);
});

test('another total fails', t => {
	const { ok, networks } = verifyAllocatedParameters([{ ...gated, total: gated.total + 1 }]);
	t.false(ok);
	t.deepEqual(
		networks[0]?.mismatches.map(({ name }) => name),
		['total'],
	);
});
