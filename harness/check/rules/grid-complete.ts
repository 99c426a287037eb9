import { placeOfRun, type Rule } from '../rule.ts';

export const gridComplete: Rule = {
	name: 'grid-complete',
	summary: 'every run of the grid has a result',
	check: ({ holes }) =>
		holes
			.filter(({ state }) => state !== 'unreadable')
			.map(({ run, state, reason }) => ({
				...placeOfRun(run),
				expected: 'a result',
				actual: `${state}: ${reason}`,
			})),
};
