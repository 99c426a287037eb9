import { execa } from 'execa';

export interface ProgramResult {
	/** False if it could not be started at all: not on the PATH, or not executable. */
	readonly started: boolean;
	/** Exit status; undefined if it was not started or ended by a signal. */
	readonly exitCode: number | undefined;
	readonly stdout: string;
	/** Both streams, in the order they came. */
	readonly output: string;
}

export interface ProgramOptions {
	readonly environment: NodeJS.ProcessEnv;
	/** Working folder; default: this process's. */
	readonly folder?: string;
	/** Time after which the program is ended. Default: none. */
	readonly timeoutMs?: number;
	/** Called with every line of output as it comes. */
	readonly onLine?: (line: string) => void;
}

/** Runs a program without a shell and reports how it ended; never throws for a failing or missing program. */
export async function runProgram(
	file: string,
	arguments_: readonly string[],
	options: ProgramOptions,
): Promise<ProgramResult> {
	const child = execa(file, arguments_, {
		env: options.environment,
		extendEnv: false,
		cwd: options.folder,
		timeout: options.timeoutMs,
		reject: false,
		all: true,
		stdin: 'ignore',
	});
	if (options.onLine) {
		const { onLine } = options;
		child.all.setEncoding('utf8');
		let rest = '';
		child.all.on('data', (text: string) => {
			const lines = (rest + text).split('\n');
			rest = lines.pop() ?? '';
			for (const line of lines) onLine(line);
		});
	}
	const result = await child;
	const started = result.exitCode !== undefined || result.signal !== undefined || result.timedOut;
	return {
		started,
		exitCode: result.exitCode,
		stdout: result.stdout ?? '',
		output: result.timedOut ? `${result.all}\nended after ${options.timeoutMs} ms` : (result.all ?? ''),
	};
}

/** The last lines of a program's output, for an error message. */
export function lastLines(output: string, count: number): string {
	const lines = output.split('\n').filter(line => line.trim() !== '');
	return lines.slice(-count).join('\n');
}
