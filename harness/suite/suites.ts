import { UsageError } from '../errors.ts';
import { nearestNames } from '../nearest-names.ts';

/** A named grid: methods, each with its label fractions, × seeds at one profile. */
export interface Suite {
	readonly name: string;
	/** One sentence for people. */
	readonly summary: string;
	readonly profile: string;
	/** Data source unless the command line says otherwise. */
	readonly data: string;
	/** Label fractions of each method; those that read no labels run once per seed whatever stands here. */
	readonly methods: Readonly<Record<string, readonly number[]>>;
	readonly seeds: readonly number[];
}

// The baselines with all labels, the methods that are about fewer labels with a tenth of them.
const methods = {
	'big-gan': [1],
	'random-label': [1],
	'single-label': [1],
	'single-label-ss': [1],
	clustering: [1],
	'clustering-ss': [1],
	s2gan: [0.1],
	's2gan-soft': [0.1],
	's2gan-co': [0.1],
	s3gan: [0.1],
	's3gan-co': [0.1],
};

export const suites: readonly Suite[] = [
	{
		name: 'smoke',
		summary: 'every method, 3 seeds, on built-in pictures: minutes on 2 cores',
		profile: 'smoke',
		data: 'shapes',
		methods,
		seeds: [1, 2, 3],
	},
	{
		name: 'proxy',
		summary: 'every method, 3 seeds, at 32×32 on data of your choice (CIFAR-10, say), with proxy scores',
		profile: 'proxy-32',
		data: 'shapes',
		methods,
		seeds: [1, 2, 3],
	},
];

/** @throws UsageError if there is no such suite */
export function findSuite(name: string): Suite {
	const found = suites.find(suite => suite.name === name);
	if (found) return found;
	const names = suites.map(suite => suite.name);
	const near = nearestNames(name, names);
	throw new UsageError(
		`suite: there is no suite '${name}'`,
		`${near.length > 0 ? `did you mean ${near.join(' or ')}? ` : ''}Suites: ${names.join(', ')}`,
	);
}
