import type { Command } from 'commander';
import type { Method } from '../../methods/method.ts';

/** JSON Schema of each option. */
type Options = Readonly<Record<string, OptionSchema>>;
interface OptionSchema {
	readonly type?: string;
	readonly enum?: readonly unknown[];
	readonly minimum?: number;
	readonly maximum?: number;
	readonly default?: unknown;
	readonly description?: string;
}

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
				options: (z.toJSONSchema(method.options, { io: 'input' }).properties ?? {}) as Options,
			}));
			if (json) {
				process.stdout.write(`${JSON.stringify(methods, undefined, '\t')}\n`);
				return;
			}
			process.stdout.write(`${methods.map(describeMethod).join('\n\n')}\n`);
		});
}

type Described = Pick<Method, 'name' | 'title' | 'summary' | 'paper' | 'equations'> & { options: Options };

function describeMethod({ name, title, summary, paper, equations, options }: Described): string {
	const rows = paper?.rows.map(row => {
		const tables = `${row.tables.length > 1 ? 'Tables' : 'Table'} ${row.tables.join(', ')}`;
		return row.name === title ? tables : `${row.name} in ${tables}`;
	});
	return [
		`${name}: ${title}${paper ? ` (§${paper.section}; ${rows?.join('; ')})` : ''}`,
		`  ${summary}`,
		...equations.map(equation => `    ${equation}`),
		...Object.entries(options).map(
			([option, schema]) =>
				`  --option ${option}=${String(schema.default)}  ${allowedValues(schema)}. ${schema.description ?? ''}`,
		),
	].join('\n');
}

/** `soft or hard`, `integer from 1`, `number from 0 to 1`. */
function allowedValues({ type = 'text', enum: values, minimum, maximum }: OptionSchema): string {
	if (values) return values.map(String).join(' or ');
	const from = minimum === undefined ? '' : ` from ${minimum}`;
	// JSON Schema has the largest safe integer where there is no other limit.
	const to = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? '' : ` to ${maximum}`;
	return `${type}${from}${to}`;
}
