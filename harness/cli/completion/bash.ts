import type { CompletedCommand } from './definition.ts';

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A completion script for bash 4 and later, also from `source <(fewer-labels completion bash)`. */
export function bashCompletion(definition: readonly CompletedCommand[]): string {
	const names = (commands: readonly CompletedCommand[]): string =>
		commands.map(({ path }) => quote(path.join(' '))).join('|');
	const withCommands = definition.filter(({ commands }) => commands.length > 0);
	const flagCases = definition.map(({ path, options }) => {
		const flags = options.flatMap(option => option.flags.filter(flag => flag.startsWith('--')));
		return `\t\t${quote(path.join(' '))}) flags=${quote(flags.join(' '))} ;;`;
	});
	const commandCases = withCommands.map(
		({ path, commands }) => `\t\t${quote(path.join(' '))}) commands=${quote(commands.join(' '))} ;;`,
	);
	const argumentCases = definition
		.filter(({ argumentValues }) => argumentValues !== null)
		.map(
			({ path, argumentValues }) =>
				`\t\t${quote(path.join(' '))}) commands=${quote(argumentValues!.join(' '))} ;;`,
		);
	const valueCases = definition.flatMap(({ path, options }) =>
		options
			.filter(option => option.takesValue)
			.map(({ flags, values, isList }) => {
				const patterns = flags.map(flag => quote(`${path.join(' ')} ${flag}`)).join('|');
				const list = isList ? ' list=1' : '';
				return `\t\t${patterns}) value=1${values ? ` values=${quote(values.join(' '))}` : ''}${list} ;;`;
			}),
	);
	return `# bash completion of fewer-labels; load it with: source <(fewer-labels completion bash)
_fewer_labels() {
	local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
	local path='' flags='' commands='' value='' values='' list='' word index candidate
	for ((index = 1; index < COMP_CWORD; index++)); do
		word="\${COMP_WORDS[index]}"
		[[ "$word" == -* ]] && continue
		candidate="\${path:+$path }$word"
		case "$candidate" in
		${names(definition.filter(({ path }) => path.length > 0))}) path="$candidate" ;;
		esac
	done
	case "$path" in
${flagCases.join('\n')}
	esac
	case "$path" in
${[...commandCases, ...argumentCases].join('\n')}
	esac
	case "$path $previous" in
${valueCases.join('\n')}
	esac
	COMPREPLY=()
	if [[ -n "$value" ]]; then
		if [[ -z "$values" ]]; then
			compopt -o default 2>/dev/null
		elif [[ -n "$list" && "$current" == *,* ]]; then
			while IFS='' read -r word; do COMPREPLY+=("\${current%,*},$word"); done < <(compgen -W "$values" -- "\${current##*,}")
		else
			while IFS='' read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$values" -- "$current")
		fi
	elif [[ "$current" == -* ]]; then
		while IFS='' read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$flags" -- "$current")
	elif [[ -n "$commands" ]]; then
		while IFS='' read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$commands" -- "$current")
	else
		compopt -o default 2>/dev/null
	fi
}
complete -F _fewer_labels fewer-labels
`;
}
