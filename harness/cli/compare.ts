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
Exit code 5 if any cell of B is worse, 2 if the two have no cell in common.

Examples:
  $ fewer-labels compare runs/before runs/after
  $ fewer-labels compare published/report.json runs/mine --json | jq '.cells[] | select(.change == "worse")'`,
		)
		.action(compare);
}

async function compare(first: string, second: string, { json }: CompareOptions): Promise<void> {
	const { compareReports } = await import('../../reports/compare-reports.ts');
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
	process.stdout.write(
		json ? `${JSON.stringify({ ok: worse === 0, cells }, undefined, 2)}\n` : await formatCells(cells),
	);
	if (worse > 0) process.exitCode = exitCodes.regression;
}

async function formatCells(cells: readonly CellComparison[]): Promise<string> {
	const { markdownTable } = await import('markdown-table');
	const { cellName } = await import('../../reports/compare-reports.ts');
	const { formatScore } = await import('../../reports/format.ts');
	const score = (value: number | null) => (value === null ? '–' : formatScore(value));
	const table = markdownTable(
		[
			['cell', 'A (n)', 'B (n)', 'B is', 'reason'],
			...cells.map(cell => [
				cellName(cell),
				`${score(cell.medians[0])} (${cell.counts[0]})`,
				`${score(cell.medians[1])} (${cell.counts[1]})`,
				cell.change,
				cell.reason,
			]),
		],
		{ align: ['l', 'r', 'r', 'l', 'l'] },
	);
	const counts = new Map<string, number>();
	for (const { change } of cells) counts.set(change, (counts.get(change) ?? 0) + 1);
	return `Medians over seeds\n\n${table}\n\n${[...counts].map(([change, count]) => `${count} ${change}`).join(', ')}\n`;
}
