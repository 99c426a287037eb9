import test from 'ava';
import {
	type Evaluation,
	type MinimizeOptions,
	minimizeSteps,
} from '../../../../harness/metrics/linear-probe/minimize.ts';
import { type Steps, toEnd } from '../../../../harness/metrics/steps.ts';

function minimize(
	evaluate: (point: Float64Array) => Evaluation,
	start: Float64Array,
	options?: MinimizeOptions,
) {
	function* steps(point: Float64Array): Steps<Evaluation> {
		yield;
		return evaluate(point);
	}
	return toEnd(minimizeSteps(steps, start, options));
}

/** Σ weight · (x - target)² */
const bowl = (weights: readonly number[], targets: readonly number[]) => (point: Float64Array) => ({
	value: point.reduce((sum, x, index) => sum + weights[index] * (x - targets[index]) ** 2, 0),
	gradient: point.map((x, index) => 2 * weights[index] * (x - targets[index])),
});

test('a bowl a thousand times steeper one way is walked down to its bottom', t => {
	const start = Float64Array.of(0, 0, 0);
	const { point, value, converged, steps } = minimize(bowl([1000, 1, 30], [3, -2, 0.5]), start, {
		gradientTolerance: 1e-9,
	});
	t.true(converged && steps < 40, `${steps}`);
	t.true([3, -2, 0.5].every((target, index) => Math.abs(point[index] - target) < 1e-9));
	t.true(value < 1e-15);
	t.deepEqual([...start], [0, 0, 0]);
});

test("Rosenbrock's valley is followed to its end", t => {
	const { point } = minimize(
		([x, y]) => ({
			value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
			gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
		}),
		Float64Array.of(-1.2, 1),
		{ gradientTolerance: 1e-8 },
	);
	t.true(Math.abs(point[0] - 1) < 1e-6 && Math.abs(point[1] - 1) < 1e-6, `${point}`);
});

test('running out of steps is said, and the best point so far returned', t => {
	const values: number[] = [];
	const { converged, steps, value } = minimize(bowl([1000, 1, 30], [3, -2, 0.5]), new Float64Array(3), {
		maximumSteps: 4,
		onStep: (_, current) => values.push(current),
	});
	t.false(converged);
	t.is(steps, 4);
	t.is(values.at(-1), value);
	t.true(values.every((each, index) => index === 0 || each < values[index - 1]));
});

test('a start at the bottom takes no step', t => {
	t.deepEqual(minimize(bowl([1], [2]), Float64Array.of(2)), {
		point: Float64Array.of(2),
		value: 0,
		steps: 0,
		converged: true,
	});
});
