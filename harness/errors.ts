/** Exit codes of the command line. One number, one meaning, in every command. */
export const exitCodes = {
	ok: 0,
	unexpected: 1,
	usage: 2,
	runsFailed: 3,
	compliance: 4,
	regression: 5,
	incompleteGrid: 6,
	environment: 7,
	interrupted: 130,
} as const;

/**
 * An error that a person can act on: what is wrong with which value, what is allowed, and what to do next.
 * The command line prints the message and the fix without a stack trace and exits with `exitCode`.
 */
export class ActionableError extends Error {
	readonly exitCode: number;
	/** What to do next: a command, or the nearest valid names. */
	readonly fix: string | undefined;

	constructor(message: string, options: { exitCode: number; fix?: string; cause?: unknown }) {
		super(message, { cause: options.cause });
		this.name = new.target.name;
		this.exitCode = options.exitCode;
		this.fix = options.fix;
	}
}

/** Bad input: an argument, an option, a data path, an empty selection. Exit code 2. */
export class UsageError extends ActionableError {
	constructor(message: string, fix?: string, cause?: unknown) {
		super(message, { exitCode: exitCodes.usage, fix, cause });
	}
}

/** The machine is not ready: no runtime, no compiler, no disk space. Exit code 7. */
export class EnvironmentError extends ActionableError {
	constructor(message: string, fix?: string, cause?: unknown) {
		super(message, { exitCode: exitCodes.environment, fix, cause });
	}
}

/** Some runs of a grid failed, or this one did (a non-finite loss, say). Exit code 3. */
export class RunFailedError extends ActionableError {
	constructor(message: string, fix?: string, cause?: unknown) {
		super(message, { exitCode: exitCodes.runsFailed, fix, cause });
	}
}
