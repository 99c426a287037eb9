/** A number, or several, that a metric must give for input whose answer is known beforehand. */
export interface SelfCheck {
	/** Metric, for people and for `--json`. */
	readonly group: string;
	readonly name: string;
	readonly expected: readonly number[];
	/** Largest difference from each expected number that passes. */
	readonly tolerance: readonly number[];
	/** Where the expected numbers come from. */
	readonly source: string;
	measure(): readonly number[] | Promise<readonly number[]>;
}

export interface CheckResult {
	readonly group: string;
	readonly name: string;
	readonly ok: boolean;
	readonly expected: readonly number[];
	readonly tolerance: readonly number[];
	/** null if measuring threw. */
	readonly got: readonly number[] | null;
	/** Why measuring threw; null if it did not. */
	readonly error: string | null;
	readonly source: string;
	readonly durationMs: number;
}

export interface SelfTestResult {
	/** True if every check that ran passed. */
	readonly ok: boolean;
	readonly checks: readonly CheckResult[];
	/** What could not run here, with the reason. */
	readonly skipped: ReadonlyArray<{ readonly name: string; readonly reason: string }>;
}

/** A tolerance for each expected number: the same for all. */
export const within = (tolerance: number, expected: readonly number[]): readonly number[] =>
	expected.map(() => tolerance);

async function runCheck(check: SelfCheck): Promise<CheckResult> {
	const { group, name, expected, tolerance, source } = check;
	const startedAt = performance.now();
	let got: readonly number[] | null = null;
	let error: string | null = null;
	try {
		got = await check.measure();
	} catch (thrown) {
		error = thrown instanceof Error ? thrown.message : String(thrown);
	}
	// NaN is within no tolerance.
	const ok =
		got !== null &&
		got.length === expected.length &&
		got.every((value, index) => Math.abs(value - expected[index]) <= tolerance[index]);
	const durationMs = Math.round(performance.now() - startedAt);
	return { group, name, ok, expected, tolerance, got, error, source, durationMs };
}

/**
 * Runs checks in their order; one that throws has failed, and the rest run on.
 *
 * @param options.onResult called after each check
 */
export async function runChecks(
	checks: readonly SelfCheck[],
	options: {
		readonly skipped?: SelfTestResult['skipped'];
		readonly onResult?: (result: CheckResult) => void;
	} = {},
): Promise<SelfTestResult> {
	const results: CheckResult[] = [];
	for (const check of checks) {
		const result = await runCheck(check);
		results.push(result);
		options.onResult?.(result);
	}
	return { ok: results.every(({ ok }) => ok), checks: results, skipped: options.skipped ?? [] };
}
