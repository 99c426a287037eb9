import { placeOfRun, type Rule } from '../rule.ts';

export const finite: Rule = {
	name: 'finite',
	summary: 'every score is a possible value, and every logged quantity a finite number',
	needs: 'events',
	check: ({ finished }) =>
		finished.flatMap(({ run, result, events }) => {
			const { fid, inceptionScore } = result.scores;
			return [
				// Rounding may push an FID of equal sets a little below zero, and no further.
				...(fid.values.every(value => value > -1e-3)
					? []
					: [{ ...placeOfRun(run), expected: 'FID of at least 0', actual: fid.values.join(', ') }]),
				...(inceptionScore.values.every(value => value >= 1 - 1e-6)
					? []
					: [
							{
								...placeOfRun(run),
								expected: 'inception scores of at least 1',
								actual: inceptionScore.values.join(', '),
							},
						]),
				...[fid, inceptionScore].flatMap(({ mean, values }) => {
					const average = values.reduce((sum, value) => sum + value, 0) / values.length;
					return Math.abs(average - mean) <= 1e-6 * Math.max(1, Math.abs(mean))
						? []
						: [
								{
									...placeOfRun(run),
									expected: `a mean of ${average} over the fake sets`,
									actual: String(mean),
								},
							];
				}),
				...(events?.firstNonFiniteLine == null
					? []
					: [
							{
								...placeOfRun(run),
								expected: 'finite losses',
								actual: `events.jsonl, line ${events.firstNonFiniteLine}: a quantity that is no number`,
							},
						]),
			];
		}),
};
