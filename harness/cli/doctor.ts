import type { Command } from 'commander';
import { exitCodes } from '../errors.ts';

/** Adds `doctor`: says whether this machine can train, and what is missing. */
export function register(program: Command): void {
	program
		.command('doctor')
		.description('check whether this machine can train, and say what is missing (2 s, changes nothing)')
		.option('--json', 'print the checks as JSON')
		.addHelpText(
			'after',
			`
✓ fine, ! works with a drawback, ✗ training cannot work. Exit code 0 if the machine can train, else 7.

Examples:
  $ fewer-labels doctor          a checklist, with what to do
  $ fewer-labels doctor --json   for scripts: {ok, checks: [{id, title, status, detail, advice, data}]}`,
		)
		.action(async ({ json }: { readonly json?: boolean }) => {
			const { runDoctor } = await import('../doctor/run-doctor.ts');
			const diagnosis = await runDoctor();
			if (json) {
				process.stdout.write(`${JSON.stringify(diagnosis)}\n`);
			} else {
				const { formatDiagnosis } = await import('../doctor/format-diagnosis.ts');
				const colours = process.stdout.isTTY === true && !process.env.NO_COLOR;
				process.stdout.write(formatDiagnosis(diagnosis, colours));
			}
			if (!diagnosis.ok) process.exitCode = exitCodes.environment;
		});
}
