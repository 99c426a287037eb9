import type { FinishedRun } from '../read-grid.ts';
import { placeOfRun, type Rule, type Words } from '../rule.ts';

export const finite: Rule = {
	name: 'finite',
	summary:
		'every score is a possible value of as many fake sets as its protocol has, every loss a finite number',
	needs: 'events',
	check: ({ finished }) =>
		finished.flatMap(run => checkRun(run).map(words => ({ ...placeOfRun(run.run), ...words }))),
};

function checkRun({ result, events }: FinishedRun): Words[] {
	const { scores, protocol } = result;
	const { fid, inceptionScore } = scores;
	const { fakeSets } = protocol.details;
	return [
		// Rounding may push an FID of equal sets a little below zero, and no further.
		...atLeast(fid.values, 0, 1e-3, 'FID'),
		...atLeast(inceptionScore.values, 1, 1e-6, 'inception scores'),
		...Object.entries(scores).flatMap(([name, score]) => checkScore(name, score, fakeSets)),
		...(events?.firstNonFiniteLine == null
			? []
			: [
					{
						expected: 'finite losses',
						actual: `events.jsonl, line ${events.firstNonFiniteLine}: a quantity that is no number`,
					},
				]),
	];
}

const atLeast = (values: readonly number[], least: number, tolerance: number, what: string): Words[] =>
	values.every(value => value >= least - tolerance)
		? []
		: [{ expected: `${what} of at least ${least}`, actual: values.join(', ') }];

/** Mean and population standard deviation are those of the values, of which each fake set has one. */
function checkScore(
	name: string,
	{ mean, std, values }: FinishedRun['result']['scores']['fid'],
	fakeSets: unknown,
): Words[] {
	const average = values.reduce((sum, value) => sum + value, 0) / values.length;
	const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length);
	const close = (one: number, other: number): boolean =>
		Math.abs(one - other) <= 1e-6 * Math.max(1, Math.abs(average));
	return [
		...(close(mean, average)
			? []
			: [{ expected: `${name}: a mean of ${average} over the fake sets`, actual: String(mean) }]),
		...(close(std, deviation)
			? []
			: [{ expected: `${name}: a deviation of ${deviation} over the fake sets`, actual: String(std) }]),
		...(typeof fakeSets !== 'number'
			? [{ expected: 'a protocol with its number of fake sets', actual: 'none', notChecked: true }]
			: values.length === fakeSets
				? []
				: [{ expected: `${name} of ${fakeSets} fake sets`, actual: String(values.length) }]),
	];
}
