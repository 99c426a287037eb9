import type { Command } from 'commander';

/** The methods, for people and for machines. */
export function register(program: Command): void {
	program
		.command('methods')
		.description('every method with its title, place in the paper, equations and options')
		.option('--json', 'print JSON on stdout')
		.addHelpText('after', '\nExample:\n  $ fewer-labels methods --json')
		.action(async ({ json }: { json?: boolean }) => {
			const [{ loadBuiltInMethods }, { z }] = await Promise.all([
				import('../../methods/registry.ts'),
				import('zod'),
			]);
			const methods = (await loadBuiltInMethods()).map(({ method }) => ({
				name: method.name,
				title: method.title,
				summary: method.summary,
				paper: method.paper,
				equations: method.equations,
				labelling: method.labelling,
				options: z.toJSONSchema(method.options, { io: 'input' }).properties ?? {},
			}));
			if (json) {
				process.stdout.write(`${JSON.stringify(methods, undefined, '\t')}\n`);
				return;
			}
			for (const method of methods) {
				const tables = method.paper
					? ` (§${method.paper.section}, tables ${method.paper.tables.join(', ')})`
					: '';
				const lines = [
					`${method.name}: ${method.title}${tables}`,
					`  ${method.summary}`,
					...method.equations.map(equation => `    ${equation}`),
					...Object.entries(method.options).map(([name, option]) => {
						const { default: value, description } = option as { default?: unknown; description?: string };
						return `  --option ${name}=${String(value)}  ${description ?? ''}`;
					}),
				];
				process.stdout.write(`${lines.join('\n')}\n\n`);
			}
		});
}
