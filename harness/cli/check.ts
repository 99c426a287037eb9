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
✓ every run keeps the rule; ✗ some do not; † some do by a waiver alone; ? of some the files do not say enough.
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

/** Kinds of findings printed for one rule; `--json` has them all. */
const mostPrinted = 10;

function formatCompliance({ edition, rules, findings, unusedWaivers }: Compliance): string {
	const lines = rules.flatMap(({ name, summary, checked, failed }) => {
		const ofRule = findings.filter(finding => finding.rule === name);
		const kinds = alike(ofRule);
		const shown = kinds
			.slice(0, mostPrinted)
			.map(([{ verdict, place, expected, actual, waiver }, others]) => {
				const reason = waiver === null ? '' : `; waived: ${waiver}`;
				const more = others === 0 ? '' : ` and ${others} more`;
				return `    ${verdict}: ${place}${more}: expected ${expected}; found ${actual}${reason}`;
			});
		const more = kinds.length - shown.length;
		return [
			`${failed > 0 ? '✗' : markOf(ofRule, checked)} ${name}: ${summary}`,
			...shown,
			...(more > 0 ? [`    … and ${more} more, see --json`] : []),
		];
	});
	const unchecked = rules.filter(({ name }) =>
		findings.some(({ rule, verdict }) => rule === name && verdict === 'not checked'),
	);
	return [
		...lines,
		...unusedWaivers.map(({ rule, reason }) => `! a waiver of ${rule} excuses nothing: ${reason}`),
		'',
		`Rules, edition ${edition}: ${summaryOf(rules, findings)}`,
		...(unchecked.length === 0
			? []
			: [`Not checked everywhere (?): ${unchecked.map(({ name }) => name).join(', ')}`]),
		'',
	].join('\n');
}

type Findings = Compliance['findings'];

/** The first of all findings that differ in their place alone, with the number of the others. */
function alike(findings: Findings): Array<[first: Findings[number], others: number]> {
	const kinds = new Map<string, [Findings[number], number]>();
	for (const finding of findings) {
		const { verdict, expected, actual, waiver } = finding;
		const key = JSON.stringify([verdict, expected, actual, waiver]);
		const kind = kinds.get(key);
		if (kind) kind[1]++;
		else kinds.set(key, [finding, 0]);
	}
	return [...kinds.values()];
}

/** What became of a rule that did not fail: a tick means that every run was looked at and keeps it. */
function markOf(findings: Findings, checked: number): string {
	if (checked === 0 || findings.some(({ verdict }) => verdict === 'not checked')) return '?';
	return findings.length > 0 ? '†' : '✓';
}

function summaryOf(rules: Compliance['rules'], findings: Findings): string {
	const count = (verdict: string) => findings.filter(finding => finding.verdict === verdict).length;
	const [failed, waived, unchecked] = [count('failed'), count('waived'), count('not checked')];
	const counts = `${waived} waived, ${unchecked} not checked`;
	if (failed > 0) return `${failed} violation${failed === 1 ? '' : 's'}; ${counts}`;
	if (rules.every(({ checked }) => checked === 0)) return `nothing could be checked; ${counts}`;
	if (unchecked > 0) return `no violation found, but not all could be checked; ${counts}`;
	return waived > 0 ? `hold but for what is waived; ${counts}` : `all hold; ${counts}`;
}
