import { createStream } from '../../tensor/random.ts';
import { featureSetFromArray } from '../feature-set.ts';
import type { SelfCheck } from './check.ts';
import type { SelfTestSubjects } from './subjects.ts';

const group = 'Precision, recall, density, coverage';

export interface NormalSets {
	/** Rows of each set. */
	readonly count: number;
	readonly dimension: number;
	/** Draws that are averaged. */
	readonly draws: number;
	/** Precision, recall, density, coverage. */
	readonly expected: readonly number[];
	readonly tolerance: readonly number[];
	readonly source: string;
}

/**
 * The published case. Its values are one draw's, and so are ours: the tolerances are four times the standard
 * deviation of the difference of two draws, which is √2 · (0.008, 0.0096, 0.077, 0.0081) by ten draws of ours.
 */
export const publishedSets: NormalSets = {
	count: 10_000,
	dimension: 1000,
	draws: 1,
	expected: [0.4772, 0.4705, 1.0555, 0.9735],
	tolerance: [0.045, 0.054, 0.43, 0.046],
	source: 'https://github.com/clovaai/generative-evaluation-prdc#readme',
};

/** A case of a second, and a sharper one: the mean of 40 draws by ci/golden/metrics-normal-sets.py. */
export const smallSets: NormalSets = {
	count: 1000,
	dimension: 64,
	draws: 8,
	expected: [0.7281, 0.7312, 1.0058, 0.9695],
	// Four standard deviations of a mean of eight draws.
	tolerance: [0.021, 0.024, 0.116, 0.0105],
	source: 'ci/golden/metrics-normal-sets.py',
};

const gaussianCheck = (
	{ precisionRecall }: SelfTestSubjects,
	{ count, dimension, draws, expected, tolerance, source }: NormalSets,
): SelfCheck => ({
	group,
	name: `two sets of ${count} × ${dimension} from N(0, I), k = 5${draws > 1 ? `, mean of ${draws}` : ''}`,
	expected,
	tolerance,
	source,
	measure: () => {
		const sums = [0, 0, 0, 0];
		for (let draw = 0; draw < draws; draw++) {
			const makeSet = (name: string) =>
				featureSetFromArray(createStream(1, 'self-test', name, draw).normals(count * dimension), dimension);
			const { precision, recall, density, coverage } = precisionRecall(makeSet('real'), makeSet('fake'));
			[precision, recall, density, coverage].forEach((value, index) => {
				sums[index] += value / draws;
			});
		}
		return sums;
	},
});

/** Sets of N(0, I), and points whose neighbours one can count. */
export function precisionRecallChecks(subjects: SelfTestSubjects, sets: readonly NormalSets[]): SelfCheck[] {
	return [
		{
			group,
			name: 'points 0, 1, 3 against ½, 9, 10, k = 1',
			expected: [1 / 3, 1, 2 / 3, 2 / 3],
			tolerance: [1e-12, 1e-12, 1e-12, 1e-12],
			source: 'by hand',
			measure: () => {
				const { precision, recall, density, coverage } = subjects.precisionRecall(
					featureSetFromArray(Float32Array.of(0, 1, 3), 1),
					featureSetFromArray(Float32Array.of(0.5, 9, 10), 1),
					{ neighbours: 1 },
				);
				return [precision, recall, density, coverage];
			},
		},
		...sets.map(each => gaussianCheck(subjects, each)),
	];
}
