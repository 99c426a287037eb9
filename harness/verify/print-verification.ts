import { formatCount, type Mismatch } from './compare-network.ts';
import type { GatedNetwork } from './gated-networks.ts';
import type { Verification } from './verify-parameters.ts';

/** Mismatches of one network shown in full; more are counted. The JSON output has all of them. */
const shownMismatches = 20;

/** The verification as text for a terminal, with a line for each network and one for each mismatch. */
export function formatVerification(verification: Verification, networks: readonly GatedNetwork[]): string {
	const lines = alignColumns([
		['', 'network', 'tensors', 'expected', 'actual', 'reference'],
		...verification.networks.map(network => [
			network.mismatches.length === 0 ? '✓' : '✗',
			network.name,
			String(network.tensors),
			formatCount(network.expected),
			formatCount(network.actual),
			sourceOf(network.name, networks),
		]),
	]);
	for (const network of verification.networks.filter(({ mismatches }) => mismatches.length > 0)) {
		lines.push(
			'',
			`${network.name}:`,
			...alignColumns([
				['tensor', 'expected', 'actual'],
				...network.mismatches
					.slice(0, shownMismatches)
					.map(mismatch => [mismatch.name, ...inWords(mismatch)]),
			]).map(line => `  ${line}`),
		);
		if (network.mismatches.length > shownMismatches) {
			lines.push(`  … and ${network.mismatches.length - shownMismatches} more (--json prints all)`);
		}
	}

	lines.push('', summaryLine(verification));
	return `${lines.join('\n')}\n`;
}

/** The verification as Markdown, for the summary page of a GitHub Actions job. */
export function formatSummary(verification: Verification, networks: readonly GatedNetwork[]): string {
	const lines = [
		'### Parameter counts',
		'',
		'| | network | tensors | expected | actual | reference |',
		'|---|---|---:|---:|---:|---|',
		...verification.networks.map(
			({ name, tensors, expected, actual, mismatches }) =>
				`| ${mismatches.length === 0 ? '✓' : '✗'} | ${name} | ${tensors} | ${formatCount(expected)} | ${formatCount(actual)} | ${sourceOf(name, networks)} |`,
		),
	];
	const wrong = verification.networks.flatMap(({ name, mismatches }) =>
		mismatches.map(mismatch => ({ network: name, mismatch })),
	);
	if (wrong.length > 0) {
		lines.push(
			'',
			'| network | tensor | expected | actual |',
			'|---|---|---|---|',
			...wrong.map(({ network, mismatch }) => {
				const [expected, actual] = inWords(mismatch);
				return `| ${network} | \`${mismatch.name}\` | ${expected} | ${actual} |`;
			}),
		);
	}

	lines.push('', summaryLine(verification));
	return `${lines.join('\n')}\n`;
}

/** Workflow commands that make GitHub show each mismatch beside the file that describes the network. */
export function formatAnnotations(verification: Verification, networks: readonly GatedNetwork[]): string {
	return verification.networks
		.flatMap(({ name, mismatches }) =>
			mismatches.map(mismatch => {
				const [expected, actual] = inWords(mismatch);
				const file = networks.find(network => network.name === name)?.file ?? '';
				return `::error file=${file},title=Parameter count of ${name}::${escapeMessage(
					`${mismatch.name}: expected ${expected}, got ${actual}`,
				)}\n`;
			}),
		)
		.join('');
}

function inWords({ expected, actual }: Mismatch): [expected: string, actual: string] {
	return [
		expected ?? 'no such tensor',
		actual === null ? 'missing' : expected === null ? `extra: ${actual}` : actual,
	];
}

function summaryLine({ ok, networks }: Verification): string {
	const wrong = networks.filter(({ mismatches }) => mismatches.length > 0).map(({ name }) => name);
	return ok
		? `✓ ${networks.length} ${networks.length === 1 ? 'network agrees' : 'networks agree'} with the reference`
		: `✗ not the reference: ${wrong.join(', ')}`;
}

function sourceOf(name: string, networks: readonly GatedNetwork[]): string {
	const network = networks.find(candidate => candidate.name === name);
	return network === undefined ? '' : `${network.source}${network.tensors === undefined ? ' (total)' : ''}`;
}

/** Columns two spaces apart; columns of numbers to the right. */
function alignColumns(rows: ReadonlyArray<readonly string[]>): string[] {
	const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
	const numeric = widths.map((_, column) => rows.slice(1).every(row => /^[\d,]+$/u.test(row[column]!)));
	return rows.map(row =>
		row
			.map((cell, column) =>
				numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
			)
			.join('  ')
			.trimEnd(),
	);
}

/** https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts escapes these three. */
function escapeMessage(message: string): string {
	return message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
