import { UsageError } from '../errors.ts';
import { nearestNames } from '../nearest-names.ts';

/** A named grid: methods × label fractions × seeds at one profile. */
export interface Suite {
	readonly name: string;
	/** One sentence for people. */
	readonly summary: string;
	readonly profile: string;
	/** Data source unless the command line says otherwise. */
	readonly data: string;
	readonly methods: readonly string[];
	/** Axis of the methods that read labels; the others run once per seed. */
	readonly labelFractions: readonly number[];
	readonly seeds: readonly number[];
}

const methods = [
	'big-gan',
	'random-label',
	'single-label',
	'single-label-ss',
	'clustering',
	'clustering-ss',
	's2gan',
	's2gan-soft',
	's2gan-co',
	's3gan',
	's3gan-co',
];

export const suites: readonly Suite[] = [
	{
		name: 'smoke',
		summary: 'every method, 3 seeds, on built-in pictures: minutes on 2 cores',
		profile: 'smoke',
		data: 'shapes',
		methods,
		labelFractions: [1],
		seeds: [1, 2, 3],
	},
	{
		name: 'proxy',
		summary: 'every method, 3 seeds, at 32×32 on data of your choice (CIFAR-10, say), with proxy scores',
		profile: 'proxy-32',
		data: 'shapes',
		methods,
		labelFractions: [1],
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
