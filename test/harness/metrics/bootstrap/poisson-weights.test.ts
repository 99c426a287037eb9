import test from 'ava';
import { poissonWeights } from '../../../../harness/metrics/bootstrap/poisson-weights.ts';
import { createStream } from '../../../../harness/tensor/random.ts';

test('weights occur as often as Poisson(1) says', t => {
	const count = 200_000;
	const weights = poissonWeights(createStream(1, 'weights'), count);
	let probability = Math.exp(-1);
	for (let k = 0; k < 6; k++) {
		const found = weights.filter(weight => weight === k).length;
		const deviation = Math.sqrt(count * probability * (1 - probability));
		t.true(Math.abs(found - count * probability) < 4.5 * deviation, `${k}: ${found}`);
		probability /= k + 1;
	}
});

test('equal streams give equal weights, drawn in one piece or several', t => {
	const whole = poissonWeights(createStream(2, 'weights'), 100);
	const stream = createStream(2, 'weights');
	t.deepEqual([...poissonWeights(stream, 30), ...poissonWeights(stream, 70)], [...whole]);
});
