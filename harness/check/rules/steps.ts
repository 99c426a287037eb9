import type { FinishedRun } from '../read-grid.ts';
import { placeOfRun, type Rule } from '../rule.ts';

export const steps: Rule = {
	name: 'steps',
	summary: 'logged steps rise without a gap, over every resumption, up to the last step of the result',
	needs: 'events',
	check: ({ finished }) =>
		finished.flatMap(run => {
			const actual = discontinuity(run);
			return actual === undefined
				? []
				: [
						{
							...placeOfRun(run.run),
							expected: `steps without a gap up to ${run.result.steps}`,
							actual,
							notChecked: actual === notLogged,
						},
					];
		}),
};

const notLogged = 'no step was logged';

function discontinuity({ result, events }: FinishedRun): string | undefined {
	if (events === null) return undefined;
	if (events.steps.last === null) return notLogged;
	const { last, problem } = events.steps;
	// A training that collapsed ended early: its last whole step is logged, or the last but one if its loss was NaN.
	const expected = result.collapse === null ? result.steps : result.collapse.step;
	const ended = last === expected || (result.collapse !== null && last < expected);
	return problem ?? (ended ? undefined : `the last logged step is ${last}`);
}
