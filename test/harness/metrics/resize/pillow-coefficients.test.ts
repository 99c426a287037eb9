import test from 'ava';
import { pillowCoefficients } from '../../../../harness/metrics/resize/pillow-coefficients.ts';

const windowAt = (coefficients: ReturnType<typeof pillowCoefficients>, position: number) => {
	const { starts, lengths, weights, windowSize } = coefficients;
	const first = position * windowSize;
	return { start: starts[position], weights: [...weights.subarray(first, first + lengths[position])] };
};

test('twice as large: the bilinear neighbours weigh a quarter and three quarters', t => {
	const coefficients = pillowCoefficients('bilinear', 4, 8);
	t.deepEqual(windowAt(coefficients, 3), { start: 1, weights: [0.75, 0.25] });
	t.deepEqual(windowAt(coefficients, 0), { start: 0, weights: [1] }, 'cut at the border and renormalised');
});

test('half as large: the filter is stretched, so that every pixel counts', t => {
	t.deepEqual(windowAt(pillowCoefficients('bilinear', 8, 4), 1), {
		start: 1,
		weights: [0.125, 0.375, 0.375, 0.125],
	});
});

test('the cubic has a = -1/2: negative beyond one pixel, renormalised at the border', t => {
	const { start, weights } = windowAt(pillowCoefficients('bicubic', 3, 6), 3);
	// Output 3 of 6 lies at 1.75: distances 1.25, 0.25 and 0.75 to the three pixels.
	const cubic = [-0.0703125, 0.8671875, 0.2265625];
	const sum = cubic[0] + cubic[1] + cubic[2];
	t.is(start, 0);
	t.is(weights.length, 3);
	for (const [index, value] of cubic.entries()) t.true(Math.abs(weights[index] - value / sum) < 1e-12);
});

test('the weights of every position sum to 1', t => {
	for (const filter of ['bilinear', 'bicubic'] as const) {
		for (const [from, to] of [
			[1, 299],
			[32, 299],
			[1024, 299],
			[300, 7],
		]) {
			const coefficients = pillowCoefficients(filter, from, to);
			for (let position = 0; position < to; position++) {
				const sum = windowAt(coefficients, position).weights.reduce((total, weight) => total + weight, 0);
				t.true(Math.abs(sum - 1) < 1e-12, `${filter} ${from} to ${to} at ${position}`);
			}
		}
	}
});
