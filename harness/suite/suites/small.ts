import type { Suite, SuiteRow } from './suite.ts';

// The baselines with all labels, the methods that are about fewer labels with a tenth of them.
const rows: readonly SuiteRow[] = [
	...['big-gan', 'random-label', 'single-label', 'single-label-ss', 'clustering', 'clustering-ss'].map(
		method => ({ method, labelFractions: [1] }),
	),
	...['s2gan', 's2gan-soft', 's2gan-co', 's3gan', 's3gan-co'].map(method => ({
		method,
		labelFractions: [0.1],
	})),
];

/** Every method at sizes that a CPU can train. */
export const smallSuites: readonly Suite[] = [
	{
		name: 'smoke',
		summary: 'every method, 3 seeds, on built-in pictures: minutes on 2 cores',
		profile: 'smoke',
		data: 'shapes',
		rows,
		seeds: [1, 2, 3],
		tables: [],
	},
	{
		name: 'proxy',
		summary: 'every method, 3 seeds, at 32×32 on data of your choice (CIFAR-10, say), with proxy scores',
		profile: 'proxy-32',
		data: 'shapes',
		rows,
		seeds: [1, 2, 3],
		tables: [],
	},
];
