import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { percentage, readRunState } from '../run/run-folder.ts';
import { addGridOptions, type GridOptions, type ResolvedGrid, resolveGrid } from './run-options.ts';

interface PlanOptions extends GridOptions {
	readonly json?: boolean;
}

/** What `run` would do, without doing it. */
export function register(program: Command): void {
	addGridOptions(program.command('plan'))
		.description('every run of a suite with its state and the reason')
		.option('--out <folder>', 'output folder whose runs count as done (default: runs/SUITE)')
		.option('--json', 'print JSON on stdout')
		.addHelpText('after', '\nExample:\n  $ fewer-labels plan --suite proxy --data cifar10:DIR --labels 0.1,1')
		.action(async (options: PlanOptions) => printPlan(await resolveGrid(options), options.json ?? false));
}

/** Prints the grid: as a Markdown table for people, or as JSON. */
export async function printPlan(grid: ResolvedGrid, json: boolean): Promise<void> {
	const { gridSchema } = await import('../run/records.ts');
	const file = path.join(grid.out, 'grid.json');
	const known = existsSync(file) ? gridSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).runs : [];
	const runs = grid.cells.map(cell => {
		const { method } = cell.loaded;
		const before = known.find(
			run =>
				run.method === method.name &&
				run.labelFraction === cell.labelFraction &&
				run.seed === cell.seed &&
				run.profile === grid.profile.name &&
				run.steps === grid.steps,
		);
		return {
			method: method.name,
			labelFraction: cell.labelFraction,
			seed: cell.seed,
			steps: grid.steps,
			...(before
				? readRunState(path.join(grid.out, before.folder))
				: { state: 'missing', reason: 'never started' }),
		};
	});
	if (json) {
		const { name: suite } = grid.suite;
		const settings = grid.profile.settings(grid.steps);
		process.stdout.write(
			`${JSON.stringify({ suite, profile: grid.profile.name, data: grid.data, settings, runs }, undefined, '\t')}\n`,
		);
		return;
	}
	const { markdownTable } = await import('markdown-table');
	const rows = runs.map(run => [
		run.method,
		run.labelFraction === null ? 'none' : `${percentage(run.labelFraction)} %`,
		String(run.seed),
		String(run.steps),
		run.state,
		run.reason,
	]);
	const header = ['method', 'labels', 'seed', 'steps', 'state', 'reason'];
	process.stdout.write(`${markdownTable([header, ...rows], { align: ['l', 'r', 'r', 'r', 'l', 'l'] })}\n`);
	process.stderr.write(
		`${runs.length} runs, profile ${grid.profile.name}, data ${grid.data ?? 'to be given by --data'}\n`,
	);
}
