import type { FinishedRun } from '../read-grid.ts';
import { cellKey, groupBy, placeOfCell, placeOfRun, type Rule, type Violation } from '../rule.ts';

/** Seeds of every model in the paper. */
const seedsPerModel = 3;

export const seeds: Rule = {
	name: 'seeds',
	summary: 'every cell has three or more seeds: positive, distinct, and with weights of their own',
	check: ({ grid, finished }) => [
		...[...groupBy(grid.runs, cellKey).values()].flatMap(runs => {
			const given = runs.map(run => run.seed);
			const distinct = new Set(given.filter(seed => seed > 0));
			return distinct.size >= seedsPerModel && distinct.size === given.length
				? []
				: [
						{
							...placeOfCell(runs[0]!),
							expected: `${seedsPerModel} or more distinct positive seeds`,
							actual: `seeds ${given.join(', ')}`,
						},
					];
		}),
		...sharedWeights(finished),
	],
};

/** Two seeds that end in the same weights are one seed under two names. */
function sharedWeights(finished: readonly FinishedRun[]): Violation[] {
	const groups = groupBy(finished, ({ run, result }) => JSON.stringify([cellKey(run), result.weightsDigest]));
	return [...groups.values()].flatMap(([first, ...others]) =>
		others.map(({ run }) => ({
			...placeOfRun(run),
			expected: 'weights of its own',
			actual: `the weights of seed ${first!.run.seed}`,
		})),
	);
}
