import type { Command } from 'commander';
import type { Compliance } from '../check/check-grid.ts';
import { exitCodes } from '../errors.ts';

interface CheckOptions {
	readonly json?: true;
}

export function register(program: Command): void {
	program
		.command('check')
		.description('hold every finished run of a grid against the rules of compliance, from its files alone')
		.argument('<dir>', 'output folder of `run`')
		.option('--json', 'print rules and findings as JSON on stdout')
		.addHelpText(
			'after',
			`
Exit code 4 if a rule fails without a waiver; 6 if the only thing wrong is that runs are missing.

DIR/waivers.json excuses departures; each stays visible in every report:
  {"schemaVersion": 1, "waivers": [{"rule": "clean-tree", "where": {"seed": 3},
    "reason": "only a README was open", "name": "A. Author", "date": "2026-01-31"}]}
\`where\` narrows it to a method, labelFraction, seed or runId; without it the waiver holds for all.

Examples:
  $ fewer-labels check runs/a
  $ fewer-labels check runs/a --json | jq '.findings[] | select(.verdict == "failed")'`,
		)
		.action(check);
}

async function check(folder: string, { json }: CheckOptions): Promise<void> {
	const { readGrid } = await import('../check/read-grid.ts');
	const { checkGrid } = await import('../check/check-grid.ts');
	const compliance = await checkGrid(readGrid(folder));
	process.stdout.write(json ? `${JSON.stringify(compliance, undefined, 2)}\n` : formatCompliance(compliance));
	if (compliance.ok) return;
	const failed = compliance.rules.filter(rule => rule.failed > 0);
	process.exitCode = failed.every(({ name }) => name === 'grid-complete')
		? exitCodes.incompleteGrid
		: exitCodes.compliance;
}

/** Findings printed for one rule; `--json` has them all. */
const mostPrinted = 10;

function formatCompliance({ edition, ok, rules, findings, unusedWaivers }: Compliance): string {
	const lines = rules.flatMap(({ name, summary, failed }) => {
		const ofRule = findings.filter(finding => finding.rule === name);
		const shown = ofRule.slice(0, mostPrinted).map(({ verdict, place, expected, actual, waiver }) => {
			const reason = waiver === null ? '' : `; waived: ${waiver}`;
			return `    ${verdict}: ${place}: expected ${expected}; found ${actual}${reason}`;
		});
		const more = ofRule.length - shown.length;
		return [
			`${failed > 0 ? '✗' : '✓'} ${name}: ${summary}`,
			...shown,
			...(more > 0 ? [`    … and ${more} more, see --json`] : []),
		];
	});
	const count = (verdict: string) => findings.filter(finding => finding.verdict === verdict).length;
	return [
		...lines,
		...unusedWaivers.map(({ rule, reason }) => `! a waiver of ${rule} excuses nothing: ${reason}`),
		'',
		`Rules, edition ${edition}: ${ok ? 'all hold' : `${count('failed')} violations`}; ${count('waived')} waived, ${count('not checked')} not checked`,
		'',
	].join('\n');
}
