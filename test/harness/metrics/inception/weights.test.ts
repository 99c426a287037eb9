import test from 'ava';
import { randomInceptionWeights } from '../../../../ci/parity/random-inception.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { requireCompleteWeights, weightsDigestOf } from '../../../../harness/metrics/inception/weights.ts';

const weights = randomInceptionWeights(2);

test('the digest does not depend on the order of the tensors and sees one changed bit', t => {
	const digest = weightsDigestOf(weights);
	t.is(weightsDigestOf(new Map([...weights].reverse())), digest);
	const values = weights.get('mixed_10/tower_2/conv/conv2d_params')!.values.slice();
	new Uint32Array(values.buffer)[values.length - 1] ^= 1;
	const changed = new Map(weights).set('mixed_10/tower_2/conv/conv2d_params', {
		shape: [1, 1, 2048, 192],
		values,
	});
	t.not(weightsDigestOf(changed), digest);
});

test('complete weights pass, incomplete ones are refused by name', t => {
	t.notThrows(() => requireCompleteWeights(weights, 'test'));
	const missing = new Map(weights);
	missing.delete('conv/batchnorm/gamma');
	t.throws(() => requireCompleteWeights(missing, 'test'), {
		instanceOf: UsageError,
		message: "test: Inception needs 'conv/batchnorm/gamma' of shape [32], got none",
	});
	const short = new Map(weights).set('conv/batchnorm/gamma', { shape: [32], values: new Float32Array(31) });
	t.throws(() => requireCompleteWeights(short, 'test'), { instanceOf: UsageError });
	const infinite = new Map(weights).set('conv/batchnorm/gamma', {
		shape: [32],
		values: new Float32Array(32).fill(Number.POSITIVE_INFINITY),
	});
	t.throws(() => requireCompleteWeights(infinite, 'test'), {
		message: "test: 'conv/batchnorm/gamma' holds Infinity at position 0, expected finite numbers",
	});
});
