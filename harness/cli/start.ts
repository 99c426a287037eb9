import type { Command } from 'commander';
import { wholeNumber } from './options.ts';
import { resolveGrid } from './run-options.ts';

/** From nothing to a report: what `npm start` runs. */
export function register(program: Command): void {
	program
		.command('start')
		.description('provision the runtime if need be, run the smoke suite, write its report')
		.option('--out <folder>', 'output folder', 'runs/smoke')
		.option('--jobs <count>', 'runs at the same time (default: one a core)', wholeNumber(1))
		.addHelpText('after', '\nExample:\n  $ fewer-labels start')
		.action(async ({ out, jobs }: { out: string; jobs?: number }) => {
			const say = (line: string): void => {
				process.stderr.write(`${line}\n`);
			};
			const startedAt = performance.now();
			say('1/3 native TensorFlow');
			const { provisionRuntime } = await import('../tensor/provision/provision.ts');
			const runtime = await provisionRuntime({}, say);
			say(`TensorFlow ${runtime.tensorflowVersion} (${runtime.flavour})`);
			say('2/3 smoke suite: every method, 3 seeds, on pictures drawn in code');
			const grid = await resolveGrid({ suite: 'smoke', out });
			const { runGrid } = await import('./run.ts');
			await runGrid(grid, { jobs });
			if (process.exitCode) return;
			say('3/3 report');
			const { printReport } = await import('./report.ts');
			await printReport(grid.out);
			const { formatDuration } = await import('../launch/duration.ts');
			say(`Done in ${formatDuration(performance.now() - startedAt)}. Report and samples: ${grid.out}`);
		});
}
