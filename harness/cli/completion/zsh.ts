import type { CompletedCommand, CompletedOption } from './definition.ts';

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
/** Characters that `_arguments` and `_describe` take for their own. */
const escapeText = (text: string): string => text.replaceAll(/[[\]:\\]/gu, character => `\\${character}`);

function argument({ flags, description, takesValue, isList, values }: CompletedOption): string[] {
	return flags.map(flag => {
		const start = `${flag}[${escapeText(description)}]`;
		if (!takesValue) return quote(start);
		const name = flag.replace(/^-+/u, '');
		if (values === null) return quote(`${start}:${name}:_files`);
		return quote(
			isList
				? `${start}:${name}:_sequence compadd - ${values.join(' ')}`
				: `${start}:${name}:(${values.join(' ')})`,
		);
	});
}

/** A completion script for zsh: a file named `_fewer-labels` in `$fpath`, or through `source <(…)`. */
export function zshCompletion(definition: readonly CompletedCommand[]): string {
	const nameOf = (path: readonly string[]): string =>
		['_fewer_labels', ...path].join('_').replaceAll('-', '_');
	const functions = definition.map(({ path, options, commands, argumentValues }) => {
		const described = commands.map(name => {
			const child = definition.find(other => other.path.join(' ') === [...path, name].join(' '))!;
			return quote(`${name}:${escapeText(child.description)}`);
		});
		const rest =
			commands.length > 0
				? ["'1: :->command'", "'*:: :->arguments'"]
				: [quote(argumentValues ? `*:argument:(${argumentValues.join(' ')})` : '*:file:_files')];
		const lines = [...options.flatMap(argument), ...rest].map(line => `\t\t${line}`).join(' \\\n');
		const state =
			commands.length === 0
				? ''
				: `
	case $state in
	command)
		local -a commands=(${described.join(' ')})
		_describe command commands
		;;
	arguments)
		case $words[1] in
${commands.map(name => `\t\t${name}) ${nameOf([...path, name])} ;;`).join('\n')}
		esac
		;;
	esac`;
		const locals =
			commands.length === 0 ? '' : '\tlocal context state state_descr line\n\ttypeset -A opt_args\n';
		return `${nameOf(path)}() {\n${locals}\t_arguments -C \\\n${lines}${state}\n}`;
	});
	return `#compdef fewer-labels
# zsh completion of fewer-labels; load it with: source <(fewer-labels completion zsh)
${functions.join('\n\n')}

if [[ $funcstack[1] = _fewer-labels ]]; then
	_fewer_labels "$@"
else
	compdef _fewer_labels fewer-labels
fi
`;
}
