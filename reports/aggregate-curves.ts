import type { CurvePoint } from '../harness/check/read-events.ts';
import type { Curve } from './report-schema.ts';

/**
 * Curves over seeds: for each quantity the mean and the band from the smallest to the largest value at each step,
 * over the seeds that logged that step. Quantities and steps in order.
 *
 * @param runs the points of each seed
 */
export function aggregateCurves(runs: ReadonlyArray<readonly CurvePoint[]>): Curve[] {
	const quantities = new Map<string, Map<number, number[]>>();
	for (const { step, values } of runs.flat()) {
		for (const [quantity, value] of Object.entries(values)) {
			const steps = quantities.get(quantity) ?? new Map<number, number[]>();
			quantities.set(quantity, steps);
			const known = steps.get(step);
			if (known) known.push(value);
			else steps.set(step, [value]);
		}
	}

	return [...quantities]
		.sort(([first], [second]) => (first < second ? -1 : 1))
		.map(([quantity, steps]) => ({
			quantity,
			points: [...steps]
				.sort(([first], [second]) => first - second)
				.map(([step, values]) => ({
					step,
					mean: values.reduce((sum, value) => sum + value, 0) / values.length,
					low: Math.min(...values),
					high: Math.max(...values),
					n: values.length,
				})),
		}));
}
