import { createStream } from '../../tensor/random.ts';
import { type FeatureSet, featureSetFromArray } from '../feature-set.ts';
import type { SelfCheck } from './check.ts';
import type { SelfTestSubjects } from './subjects.ts';

/** Independent N(shift, 1) features. */
function normalSet(name: string, count: number, dimension: number, shift = 0): FeatureSet {
	const values = createStream(1, 'self-test', name).normals(count * dimension);
	return featureSetFromArray(
		values.map(value => value + shift),
		dimension,
	);
}

// k(x, y) = (xy + 1)³ has the mean 1 + 3 m₁m₁' + 3 m₂m₂' + m₃m₃' over independent x, y with moments m, m'.
function expectedDistance(shift: number): number {
	const moments = (mean: number) => [mean, 1 + mean ** 2, 3 * mean + mean ** 3];
	const kernel = (a: readonly number[], b: readonly number[]) =>
		1 + 3 * a[0] * b[0] + 3 * a[1] * b[1] + a[2] * b[2];
	const [p, q] = [moments(0), moments(shift)];
	return kernel(p, p) + kernel(q, q) - 2 * kernel(p, q);
}

/** Sets whose kernel distance follows from the kernel's definition. */
export function kernelChecks({ kernelDistance, kernelDistanceOfSubsets }: SelfTestSubjects): SelfCheck[] {
	const group = 'Kernel distance';
	const points = (...values: number[]) => featureSetFromArray(Float32Array.from(values), 1);
	return [
		{
			group,
			name: 'points 0, 1 against 1, 2',
			expected: [9.5],
			tolerance: [1e-12],
			source: 'by hand: 1 + 27 - 2 · (1 + 1 + 8 + 27) / 4',
			measure: () => [kernelDistance(points(0, 1), points(1, 2)).mean],
		},
		{
			group,
			name: 'two sets of one distribution, in standard errors from 0',
			expected: [0],
			tolerance: [4],
			source: 'the estimate is unbiased',
			measure: () => {
				const [real, fake] = [normalSet('real', 2000, 64), normalSet('fake', 2000, 64)];
				const { mean, spread } = kernelDistance(real, fake, { maximumBlockSize: 200 });
				return [mean / (spread ?? Number.NaN)];
			},
		},
		{
			group,
			name: 'N(0, 1) against N(1, 1), in standard errors from the exact distance',
			expected: [0],
			tolerance: [4],
			source: 'moments of the normal distribution',
			measure: () => {
				const [real, fake] = [normalSet('left', 20_000, 1), normalSet('right', 20_000, 1, 1)];
				const { mean, spread } = kernelDistance(real, fake, { maximumBlockSize: 500 });
				return [(mean - expectedDistance(1)) / (spread ?? Number.NaN)];
			},
		},
		{
			group,
			name: 'subsets that are the whole sets: each estimate, over the one of all',
			expected: [1, 1],
			tolerance: [1e-9, 1e-9],
			source: 'definition',
			measure: () => {
				const [real, fake] = [normalSet('real', 300, 16), normalSet('fake', 300, 16, 0.5)];
				const { mean } = kernelDistance(real, fake);
				const { estimates } = kernelDistanceOfSubsets(real, fake, { seed: 1, subsets: 2, subsetSize: 300 });
				return estimates.map(estimate => estimate / mean);
			},
		},
	];
}
