import type { FinishedRun } from '../read-grid.ts';
import { placeOfRun, type Rule } from '../rule.ts';

export const steps: Rule = {
	name: 'steps',
	summary: 'logged steps rise without a gap, over every resumption, up to the last step of the result',
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

/**
 * Steps are logged at a fixed spacing, and the last step always. After a `started` (null) a run goes on from a
 * checkpoint: it may repeat steps, but not skip any.
 */
function discontinuity({ result, events }: FinishedRun): string | undefined {
	const logged = (events?.steps ?? []).filter(step => step !== null);
	if (events === null || logged.length === 0) return notLogged;
	const spacing = logged[0]!;
	let reached = 0;
	let resumed = true;
	for (const step of events.steps) {
		if (step === null) {
			resumed = true;
			continue;
		}

		if (!Number.isInteger(step)) return 'a step that is no number';
		if (!resumed && step <= reached) return `step ${step} after step ${reached}`;
		if (step > reached + spacing) return `step ${step} after step ${reached}, logged every ${spacing}`;
		reached = step;
		resumed = false;
	}

	return reached === result.steps ? undefined : `the last logged step is ${reached}`;
}
