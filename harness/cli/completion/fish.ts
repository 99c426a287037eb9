import type { CompletedCommand, CompletedOption } from './definition.ts';

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function optionLine(condition: string, { flags, description, takesValue, values }: CompletedOption): string {
	const names = flags.map(flag => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
	// -x: nothing but these values; -r: a value, files among others.
	const value = !takesValue ? '' : values ? ` -x -a ${quote(values.join(' '))}` : ' -r';
	return `complete -c fewer-labels -n ${quote(condition)} ${names.join(' ')}${value} -d ${quote(description)}`;
}

/** A completion script for fish. */
export function fishCompletion(definition: readonly CompletedCommand[]): string {
	const lines = definition.flatMap(({ path, options, commands, argumentValues }) => {
		const seen = path.map(name => `__fish_seen_subcommand_from ${name}`);
		const none = commands.length > 0 ? [`not __fish_seen_subcommand_from ${commands.join(' ')}`] : [];
		const condition = [...seen, ...none].join('; and ');
		const children = commands.map(name => {
			const child = definition.find(other => other.path.join(' ') === [...path, name].join(' '))!;
			return `complete -c fewer-labels -f -n ${quote(condition)} -a ${name} -d ${quote(child.description)}`;
		});
		const values = argumentValues ?? [];
		const given =
			values.length === 0
				? []
				: [`complete -c fewer-labels -f -n ${quote(condition)} -a ${quote(values.join(' '))}`];
		return [...children, ...given, ...options.map(option => optionLine(condition, option))];
	});
	return `# fish completion of fewer-labels; load it with: fewer-labels completion fish | source\n${lines.join('\n')}\n`;
}
