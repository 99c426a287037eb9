import type { Command } from 'commander';
import { exitCodes } from '../errors.ts';

interface ReportOptions {
	readonly format?: string;
	readonly github?: true;
	readonly schema?: true;
	readonly json?: true;
}

export function register(program: Command): void {
	program
		.command('report')
		.description("tables, figures and verdicts of a grid beside the paper's, in DIR/report")
		.argument('[dir]', 'output folder of `run`')
		.option(
			'--format <list>',
			'files to write, comma-separated: html, md, json, csv, svg, png (default: all but png)',
		)
		.option(
			'--github',
			'print a short form for a comment on a pull request; writes it as comment.md, beside report.md',
		)
		.option('--schema', 'print the JSON schema of report.json and stop')
		.option('--json', 'print the content of report.json on stdout instead of the tables')
		.addHelpText(
			'after',
			`
Prints medians, n, differences and verdicts, and writes every seed, mean ± std, intervals, verdicts, figures and samples to
DIR/report; report.html is one page that needs no other file. Equal inputs give equal bytes.
Exit code 6 if runs of the grid have no result; the report is written all the same and lists them.

Examples:
  $ fewer-labels report runs/a
  $ fewer-labels report runs/a --format md,png
  $ fewer-labels report runs/a --github | gh pr comment --body-file -
  $ fewer-labels report runs/a --json | jq '.holes'`,
		)
		.action(async (folder: string | undefined, options: ReportOptions) => {
			if (options.schema) {
				const { reportJsonSchema } = await import('../../reports/report-schema.ts');
				process.stdout.write(`${JSON.stringify(reportJsonSchema(), undefined, '\t')}\n`);
				return;
			}

			const { UsageError } = await import('../errors.ts');
			if (folder === undefined) {
				throw new UsageError(
					'report: expected the output folder of `run`, got nothing',
					'fewer-labels report runs/a',
				);
			}

			if (options.github) await printComment(folder);
			else
				await printReport(
					folder,
					options.format?.split(',').map(name => name.trim()),
					options.json,
				);
		});
}

/**
 * Writes the report of an output folder and prints its tables on stdout; sets exit code 6 if it is incomplete.
 *
 * @param formats by default all but PNG
 * Throws UsageError if there is no grid, no result or no such format.
 */
export async function printReport(folder: string, formats?: readonly string[], json = false): Promise<void> {
	const { parseFormats, writeReport } = await import('../../reports/write-report.ts');
	const { formatTables } = await import('../../reports/render-terminal.ts');
	const { report, files } = await writeReport(folder, formats && { formats: parseFormats(formats) });
	process.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : formatTables(report));
	for (const file of files.filter(name => !/[\\/]figures[\\/]/u.test(name))) {
		process.stderr.write(`Wrote ${file}\n`);
	}

	const figures = files.filter(name => /[\\/]figures[\\/]/u.test(name)).length;
	if (figures > 0) process.stderr.write(`Wrote ${figures} figures beside it, in figures/\n`);
	noteHoles(report);
}

async function printComment(folder: string): Promise<void> {
	const { writeReport } = await import('../../reports/write-report.ts');
	const { renderGithub } = await import('../../reports/render-github.ts');
	const { report, files } = await writeReport(folder, { formats: ['md'], github: true });
	process.stdout.write(renderGithub(report));
	for (const file of files) process.stderr.write(`Wrote ${file}\n`);
	noteHoles(report);
}

function noteHoles({
	complete,
	runs,
}: {
	complete: boolean;
	runs: { total: number; finished: number };
}): void {
	if (complete) return;
	process.stderr.write(`Incomplete: ${runs.total - runs.finished} of ${runs.total} runs have no result\n`);
	process.exitCode = exitCodes.incompleteGrid;
}
