import type { FinishedRun } from '../read-grid.ts';
import { placeOfRun, type Rule, type Words } from '../rule.ts';

export const steps: Rule = {
	name: 'steps',
	summary: 'logged steps rise without a gap, over every resumption, up to the last step of the result',
	needs: 'events',
	check: ({ finished }) =>
		finished.flatMap(run => discontinuity(run).map(words => ({ ...placeOfRun(run.run), ...words }))),
};

/** A training logs about this often, however long it is. */
const linesPerTraining = 200;

function discontinuity({ result, events }: FinishedRun): Words[] {
	if (events === null) return [];
	const expected = `steps without a gap up to ${result.steps}`;
	const { last, problem, spacing } = events.steps;
	if (last === null) return [{ expected, actual: 'no step was logged', notChecked: true }];
	// A training that collapsed ended early; its loss may have been NaN before the next line was due.
	const end = result.collapse?.step ?? result.steps;
	const ended = last === end || (result.collapse !== null && last < end && last >= end - spacing);
	const actual = problem ?? (ended ? undefined : `the last logged step is ${last}`);
	if (actual !== undefined) return [{ expected, actual }];
	// Who logs the last step alone has no gap to show.
	const most = Math.max(1, Math.floor(result.steps / linesPerTraining));
	return spacing <= most
		? []
		: [{ expected: `a line every ${most} steps`, actual: `one every ${spacing}`, notChecked: true }];
}
