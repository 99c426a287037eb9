import type { Command } from 'commander';
import { exitCodes } from '../errors.ts';

interface ReportOptions {
	readonly format: string;
	readonly json?: true;
}

export function register(program: Command): void {
	program
		.command('report')
		.description("tables of a grid with the paper's numbers beside ours, in DIR/report")
		.argument('<dir>', 'output folder of `run`')
		.option('--format <list>', 'files to write, comma-separated: md, json', 'md,json')
		.option('--json', 'print the content of report.json on stdout instead of the tables')
		.addHelpText(
			'after',
			`
Prints the tables of medians and writes every seed, mean ± std, intervals and verdicts to DIR/report.
Exit code 6 if runs of the grid have no result; the report is written all the same and lists them.

Examples:
  $ fewer-labels report runs/a
  $ fewer-labels report runs/a --format md
  $ fewer-labels report runs/a --json | jq '.holes'`,
		)
		.action(async (folder: string, options: ReportOptions) => {
			const formats = options.format.split(',').map(name => name.trim());
			await printReport(folder, formats, options.json);
		});
}

/**
 * Writes the report of an output folder and prints its tables on stdout; sets exit code 6 if it is incomplete.
 *
 * Throws UsageError if there is no grid, no result or no such format.
 */
export async function printReport(folder: string, formats: readonly string[], json = false): Promise<void> {
	const { parseFormats, writeReport } = await import('../../reports/write-report.ts');
	const { formatTables } = await import('../../reports/render-terminal.ts');
	const { report, files } = writeReport(folder, { formats: parseFormats(formats) });
	process.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : formatTables(report));
	for (const file of files) {
		process.stderr.write(`Wrote ${file}\n`);
	}

	if (!report.complete) {
		const { total, finished } = report.runs;
		process.stderr.write(`Incomplete: ${total - finished} of ${total} runs have no result\n`);
		process.exitCode = exitCodes.incompleteGrid;
	}
}
