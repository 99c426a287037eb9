import { paperMethods, paperRowName, paperScore } from '../reference/paper-score.ts';
import { formatLabels } from './format.ts';
import type { Group } from './report-schema.ts';

/** Label fractions of the paper's tables and text. */
const fractions = [null, 0.025, 0.05, 0.1, 0.2, 1] as const;

/** Rows of the paper, with their label fractions, that none of these cells stands for: `CLUSTERING (no labels)`. */
export function paperRowsOutside(groups: readonly Pick<Group, 'method' | 'labelFraction'>[]): string[] {
	return paperMethods.flatMap(method => {
		const missing = fractions.filter(
			labelFraction =>
				!(method === 'big-gan' && labelFraction === null) &&
				paperScore({ method, labelFraction, metric: 'fid', statistic: 'median' }) !== undefined &&
				!groups.some(group => group.method === method && group.labelFraction === labelFraction),
		);
		return missing.length === 0
			? []
			: [`${paperRowName(method, missing[0]!)} (${missing.map(formatLabels).join(', ')})`];
	});
}
