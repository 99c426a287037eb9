/** `ok`; `warning`: works, with a drawback; `problem`: training cannot work until it is solved. */
export type CheckStatus = 'ok' | 'warning' | 'problem';

/** One line of the checklist. */
export interface Check {
	/** Name for programs, in kebab-case. */
	readonly id: string;
	/** Name for people. */
	readonly title: string;
	readonly status: CheckStatus;
	/** What was found. */
	readonly detail: string;
	/** What to do about a warning or a problem. */
	readonly advice?: string;
	/** What was found, for programs; units are in the names. */
	readonly data?: Readonly<Record<string, unknown>>;
}

export interface Diagnosis {
	/** True if nothing stands in the way of training. */
	readonly ok: boolean;
	readonly checks: readonly Check[];
}

/** A machine can train if no check found a problem. */
export function diagnose(checks: readonly Check[]): Diagnosis {
	return { ok: checks.every(check => check.status !== 'problem'), checks };
}
