import { markdownTable } from 'markdown-table';
import { contestantTitles } from './contestant.ts';
import type { BenchmarkResult, ContestantResult } from './result.ts';

const milliseconds = (value: number): string => value.toFixed(value < 100 ? 1 : 0);
const ratio = (value: number | null): string => (value === null ? '–' : value.toFixed(2));

/** The results as a Markdown table, fastest last as in the list of contestants. */
export function formatTable({ contestants, referenceForRatios }: BenchmarkResult): string {
	const row = ({ name, times, agreement }: ContestantResult): string[] => [
		contestantTitles[name],
		milliseconds(times.medianMilliseconds),
		milliseconds(times.bestMilliseconds),
		milliseconds(times.processorMilliseconds),
		ratio(times.ratio),
		ratio(times.bestRatio),
		agreement ? agreement.losses.toExponential(0) : 'reference',
		agreement ? agreement.gradients.toExponential(0) : 'reference',
	];
	const of = referenceForRatios ? contestantTitles[referenceForRatios] : 'none';
	return markdownTable(
		[
			[
				'ms per generator step',
				'median',
				'best',
				'processor',
				`ratio to ${of}`,
				'of best',
				'losses ±',
				'gradients ±',
			],
			...contestants.map(row),
		],
		{ align: ['l', 'r', 'r', 'r', 'r', 'r', 'r', 'r'] },
	);
}
