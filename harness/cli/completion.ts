import { Argument, Command } from 'commander';

const shells = ['bash', 'zsh', 'fish'] as const;

/** Scripts with which shells complete commands, options, and the names that options take. */
export function register(program: Command): void {
	program
		.command('completion')
		.description(
			'print a script that lets a shell complete commands, options, methods, suites, profiles, protocols',
		)
		.addArgument(new Argument('<shell>', 'which shell').choices(shells))
		.addHelpText(
			'after',
			`
The script is made from the definitions of this program when it is printed: load it at the start of each shell, and it
is never older than that.

Examples:
  $ echo 'source <(fewer-labels completion bash)' >> ~/.bashrc
  $ echo 'source <(fewer-labels completion zsh)' >> ~/.zshrc
  $ fewer-labels completion fish > ~/.config/fish/completions/fewer-labels.fish`,
		)
		.action(printCompletion);
}

async function printCompletion(shell: (typeof shells)[number]): Promise<void> {
	const [
		{ registerAllCommands },
		{ definitionOf },
		{ builtInMethodNames },
		{ suites },
		{ profiles },
		{ presets },
		{ gpus },
	] = await Promise.all([
		import('./main.ts'),
		import('./completion/definition.ts'),
		import('../../methods/registry.ts'),
		import('../suite/suites.ts'),
		import('../suite/profiles.ts'),
		import('../metrics/protocols/presets.ts'),
		import('../suite/cost/gpus.ts'),
	]);
	const whole = new Command('fewer-labels');
	await registerAllCommands(whole);
	const names = (list: ReadonlyArray<{ readonly name: string }>): string[] => list.map(({ name }) => name);
	const definition = definitionOf(whole, {
		methods: builtInMethodNames(),
		suites: names(suites),
		profiles: names(profiles),
		protocols: Object.keys(presets),
		gpus: names(gpus),
	});
	const script = {
		bash: async () => (await import('./completion/bash.ts')).bashCompletion(definition),
		zsh: async () => (await import('./completion/zsh.ts')).zshCompletion(definition),
		fish: async () => (await import('./completion/fish.ts')).fishCompletion(definition),
	}[shell];
	process.stdout.write(await script());
}
