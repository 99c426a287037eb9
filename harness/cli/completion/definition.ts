import type { Command, Option } from 'commander';

/** An option as a shell completes it. */
export interface CompletedOption {
	/** `--suite`, `-h`. */
	readonly flags: readonly string[];
	readonly description: string;
	/** Whether a value follows. */
	readonly takesValue: boolean;
	/** Whether the value is a comma-separated list. */
	readonly isList: boolean;
	/** Values to choose from; null for files and free text. */
	readonly values: readonly string[] | null;
}

/** A command as a shell completes it. */
export interface CompletedCommand {
	/** Words after the program's name: `plan`, `metrics install`; empty for the program. */
	readonly path: readonly string[];
	readonly description: string;
	readonly options: readonly CompletedOption[];
	/** Names of its own commands. */
	readonly commands: readonly string[];
	/** Values of its first argument; null for files. */
	readonly argumentValues: readonly string[] | null;
}

/** Values of options that the program knows by name, as it knows them at this moment. */
export interface NamedValues {
	readonly methods: readonly string[];
	readonly suites: readonly string[];
	readonly profiles: readonly string[];
	readonly protocols: readonly string[];
	readonly gpus: readonly string[];
}

const valuesByFlag = (named: NamedValues): Readonly<Record<string, readonly string[]>> => ({
	'--method': named.methods,
	'--methods': named.methods,
	'--suite': named.suites,
	'--profile': named.profiles,
	'--protocol': named.protocols,
	'--preset': named.protocols,
	'--gpu': named.gpus,
});

// The first line is enough for a menu, and shells show no more of it.
const firstLine = (text: string): string => text.split('\n')[0]!.trim();

function completeOption(option: Option, named: NamedValues): CompletedOption {
	const flags = [option.short, option.long].filter(flag => flag !== undefined && flag !== null);
	const takesValue = option.required || option.optional;
	const known = option.long ? valuesByFlag(named)[option.long] : undefined;
	return {
		flags,
		description: firstLine(option.description),
		takesValue,
		isList: /<list>|\[list\]/u.test(option.flags),
		values: takesValue ? (option.argChoices ?? known ?? null) : null,
	};
}

/** What can be completed, from the program's own definition: the program first, then its commands in their order. */
export function definitionOf(program: Command, named: NamedValues): readonly CompletedCommand[] {
	const visit = (command: Command, path: readonly string[]): CompletedCommand[] => {
		const commands = command.commands.filter(each => each.name() !== 'help');
		const help = {
			flags: ['-h', '--help'],
			description: 'display help',
			takesValue: false,
			isList: false,
			values: null,
		};
		const options = command.options
			.filter(option => !option.hidden)
			.map(option => completeOption(option, named));
		const [argument] = command.registeredArguments;
		return [
			{
				path,
				description: firstLine(command.description()),
				options: [...options, help],
				commands: commands.map(each => each.name()),
				argumentValues: argument?.argChoices ?? null,
			},
			...commands.flatMap(each => visit(each, [...path, each.name()])),
		];
	};
	return visit(program, []);
}
