import { existsSync, readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { ActionableError, exitCodes } from '../errors.ts';
import { Interruption } from '../interruption.ts';

interface CommandModule {
	register(program: Command): void;
}

/** Commands in the order of `--help`; each is `./<name>.ts`. */
const commandNames = [
	'start',
	'verify',
	'methods',
	'plan',
	'prepare',
	'pack',
	'data',
	'pretrain',
	'run',
	'train',
	'report',
	'check',
	'compare',
	'why',
	'watch',
	'sample',
	'export',
	'score',
	'evaluate',
	'metrics',
	'doctor',
	'setup',
	'completion',
] as const;

/** Imports one command, or all of them when the help needs the whole list, so that `verify` stays fast. */
async function importCommands(wanted: string | undefined): Promise<CommandModule[]> {
	const one = commandNames.find(name => name === wanted);
	const names = one ? [one] : commandNames;
	return Promise.all(names.map(async name => (await import(`./${name}.ts`)) as CommandModule));
}

/** Adds every command: what a shell can complete. */
export async function registerAllCommands(program: Command): Promise<void> {
	for (const command of await importCommands(undefined)) command.register(program);
}

/** Prints an error for people on stderr, with what to do next; a stack trace only for unexpected ones. */
function printError(error: unknown): number {
	if (error instanceof ActionableError) {
		process.stderr.write(`Error: ${error.message}\n${error.fix ? `Fix: ${error.fix}\n` : ''}`);
		return error.exitCode;
	}
	if (error instanceof Interruption) {
		process.stderr.write('Interrupted.\n');
		return exitCodes.interrupted;
	}
	const failure = error instanceof Error ? error : new Error(String(error));
	process.stderr.write(`Unexpected error: ${failure.stack}\n`);
	process.stderr.write('Fix: this is a defect of fewer-labels; please report it with the lines above\n');
	return exitCodes.unexpected;
}

/** Ends each of commander's own messages with what to do next. */
function adviseHelp(command: Command, words: string): void {
	const what = command.commands.length > 0 ? 'commands' : 'arguments and options';
	command.showHelpAfterError(`Fix: \`${words} --help\` lists the ${what}`);
	for (const each of command.commands) adviseHelp(each, `${words} ${each.name()}`);
}

/** A reader that closes early (`fewer-labels methods | head`) is no error. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
	if (error.code === 'EPIPE') process.exit(process.exitCode ?? exitCodes.ok);
	throw error;
}

/** The version in package.json. */
function packageVersion(): string {
	const file = new URL('../../package.json', import.meta.url);
	if (!existsSync(file)) return 'unknown';
	return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/**
 * Runs one command line and sets the exit code of the process (see `exitCodes`).
 *
 * @param argv as `process.argv`: the command is argv[2]
 */
export async function main(argv: readonly string[]): Promise<void> {
	process.stdout.on('error', ignoreClosedPipe);
	const program = new Command('fewer-labels')
		.description('Reproduction and benchmark of "High-Fidelity Image Generation With Fewer Labels" (S3GAN)')
		.version(packageVersion())
		.showSuggestionAfterError()
		.exitOverride()
		.addHelpText(
			'after',
			`
Examples:
  $ fewer-labels verify                          check every parameter count against the paper, in under a second
  $ fewer-labels run --suite smoke --out runs/a  train and score every method on built-in pictures
  $ fewer-labels report runs/a                   tables with the paper's numbers beside ours

Exit codes: 0 ok, 1 unexpected, 2 usage, 3 some runs failed, 4 compliance failed, 5 regression,
6 incomplete grid, 7 environment not ready, 130 interrupted`,
		);
	try {
		for (const command of await importCommands(argv[2])) command.register(program);
		// Subcommands copy settings of their parent only when they are created through it.
		for (const command of program.commands) command.exitOverride();
		adviseHelp(program, 'fewer-labels');
		if (argv.length <= 2) {
			program.outputHelp({ error: true });
			process.exitCode = exitCodes.usage;
			return;
		}
		await program.parseAsync([...argv]);
	} catch (error) {
		if (error instanceof CommanderError) {
			// commander has printed its message; its own usage errors exit with 1, ours with 2.
			process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
		} else {
			process.exitCode = printError(error);
		}
	}
}
