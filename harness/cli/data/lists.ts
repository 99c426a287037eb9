import type { Command } from 'commander';

/** Adds `data forms` and `data recipes`. */
export function register(data: Command): void {
	const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);
	data
		.command('forms')
		.description('list the forms of data sources')
		.option('--json', 'print JSON')
		.action(async ({ json }: { json?: boolean }) => {
			const { forms, sourceForms } = await import('../../data/sources/source-forms.ts');
			print(json ? [JSON.stringify(forms)] : sourceForms);
		});
	data
		.command('recipes')
		.description('list the recipes by which pictures are cut and resized')
		.option('--json', 'print JSON')
		.action(async ({ json }: { json?: boolean }) => {
			const { recipes } = await import('../../data/preparation/recipes.ts');
			print(json ? [JSON.stringify(recipes)] : recipes.map(({ name, title }) => `${name}: ${title}`));
		});
}
