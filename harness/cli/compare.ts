import type { Command } from 'commander';
import type { CellComparison } from '../../reports/compare-reports.ts';
import type { Report } from '../../reports/report-schema.ts';
import { exitCodes } from '../errors.ts';

interface CompareOptions {
	readonly json?: true;
}

export function register(program: Command): void {
	program
		.command('compare')
		.description('two grids cell by cell: what is better, worse, inconclusive or incomparable in B')
		.argument('<a>', 'output folder of `run`, or a report.json: what counts as known')
		.argument('<b>', 'output folder of `run`, or a report.json: what is new')
		.option('--json', 'print the cells as JSON on stdout')
		.addHelpText(
			'after',
			`
Cells are compared where profile, data, steps and measuring protocol are the same, each setting for itself.
Exit code 5 if any cell of B is worse in any setting, 2 if the two have no cell in common, or none that compares.

Examples:
  $ fewer-labels compare runs/before runs/after
  $ fewer-labels compare published/report.json runs/mine --json | jq '.cells[] | select(.change == "worse")'`,
		)
		.action(compare);
}

async function compare(first: string, second: string, { json }: CompareOptions): Promise<void> {
	const { compareReports, isAnyComparable } = await import('../../reports/compare-reports.ts');
	const { loadReport } = await import('../../reports/load-report.ts');
	const { UsageError } = await import('../errors.ts');
	const reports: [Report, Report] = [await loadReport(first), await loadReport(second)];
	const cells = compareReports(...reports);
	if (cells.every(({ change }) => change === 'missing')) {
		throw new UsageError(
			`compare: ${first} and ${second} have no cell with results in common`,
			'`fewer-labels report DIR` lists the cells of each',
		);
	}

	const worse = cells.filter(({ change }) => change === 'worse').length;
	const comparable = isAnyComparable(cells);
	process.stdout.write(
		json
			? `${JSON.stringify({ ok: comparable && worse === 0, cells }, undefined, 2)}\n`
			: await formatCells(cells),
	);
	if (!comparable) {
		// Whoever asks for regressions must not take this for "none".
		const { reason } = cells.find(({ change }) => change === 'incomparable')!;
		throw new UsageError(
			`compare: ${first} and ${second} are incomparable: they have no setting in common (${reason})`,
			'compare runs of the same profile, data, steps and measuring protocol',
		);
	}

	if (worse > 0) process.exitCode = exitCodes.regression;
}

async function formatCells(cells: readonly CellComparison[]): Promise<string> {
	const { cellName } = await import('../../reports/compare-reports.ts');
	const { formatScore } = await import('../../reports/format.ts');
	const { markdownTable } = await import('markdown-table');
	const score = (value: number | null) => (value === null ? '–' : formatScore(value));
	const tables = [...new Set(cells.map(({ conditions }) => conditions))].map(conditions => {
		const rows = cells.filter(cell => cell.conditions === conditions);
		const table = markdownTable(
			[
				['cell', 'A (n)', 'B (n)', 'B is', 'reason'],
				...rows.map(cell => [
					cellName(cell),
					`${score(cell.medians[0])} (${cell.counts[0]})`,
					`${score(cell.medians[1])} (${cell.counts[1]})`,
					cell.change,
					cell.reason,
				]),
			],
			{ align: ['l', 'r', 'r', 'l', 'l'] },
		);
		return `${conditions}\n\n${table}\n\n`;
	});
	const counts = new Map<string, number>();
	for (const { change } of cells) counts.set(change, (counts.get(change) ?? 0) + 1);
	return `Medians over seeds\n\n${tables.join('')}${[...counts].map(([change, count]) => `${count} ${change}`).join(', ')}\n`;
}
