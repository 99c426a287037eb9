import type { CheckResult, SelfTestResult } from './check.ts';

// Enough digits to tell a value from its tolerance, without those that say nothing.
const short = (value: number): string => String(Number(value.toPrecision(6)));

function formatExpected({ expected, tolerance }: CheckResult): string {
	const equal = tolerance.every(each => each === tolerance[0]);
	const values = expected.length > 1 ? `(${expected.map(short).join(', ')})` : short(expected[0]);
	const margins = equal ? short(tolerance[0]) : `(${tolerance.map(short).join(', ')})`;
	return `${values} ± ${margins}`;
}

/** One check as lines for a terminal: ✓ or ✗, then what was expected and what came out. */
export function formatCheck(result: CheckResult): string {
	const { ok, group, name, got, error, source } = result;
	const found =
		got === null ? `error: ${error}` : got.length > 1 ? `(${got.map(short).join(', ')})` : short(got[0]);
	const lines = [
		`${ok ? '✓' : '✗'} ${group}: ${name}`,
		`    expected ${formatExpected(result)}, got ${found}`,
		...(ok ? [] : [`    source: ${source}`]),
	];
	return `${lines.join('\n')}\n`;
}

/** The last lines: how many passed, which failed, what was not run. */
export function formatSummary({ checks, skipped }: SelfTestResult): string {
	const failed = checks.filter(({ ok }) => !ok);
	const seconds = checks.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
	return [
		...skipped.map(({ name, reason }) => `– not run: ${name}: ${reason}`),
		'',
		failed.length === 0
			? `✓ ${checks.length} checks passed in ${seconds.toFixed(1)} s`
			: `✗ ${failed.length} of ${checks.length} checks failed: ${failed.map(({ group, name }) => `${group}: ${name}`).join('; ')}`,
		'',
	].join('\n');
}
