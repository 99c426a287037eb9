import type { Command } from 'commander';
import type { Method } from '../../methods/method.ts';

/** JSON Schema of each option. */
type Options = Readonly<Record<string, OptionSchema>>;
interface OptionSchema {
	readonly type?: string;
	readonly enum?: readonly unknown[];
	readonly minimum?: number;
	readonly maximum?: number;
	readonly exclusiveMinimum?: number;
	readonly exclusiveMaximum?: number;
	readonly default?: unknown;
	readonly description?: string;
}

/** The methods, for people and for machines. */
export function register(program: Command): void {
	program
		.command('methods')
		.description('every method with its title, place in the paper, equations and options')
		.argument('[names...]', 'these alone; the path of a module of your own checks it as well')
		.option('--json', 'print JSON on stdout')
		.addHelpText(
			'after',
			'\nExamples:\n  $ fewer-labels methods --json\n  $ fewer-labels methods ./my-method s3gan',
		)
		.action(async (names: readonly string[], { json }: { json?: boolean }) => {
			const [{ builtInMethodNames, loadMethod }, { z }] = await Promise.all([
				import('../../methods/registry.ts'),
				import('zod'),
			]);
			const loaded = await Promise.all((names.length > 0 ? names : builtInMethodNames()).map(loadMethod));
			const methods = loaded.map(({ method }) => ({
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

/** `soft or hard`, `integer from 1`, `number above 0, up to 1`. */
function allowedValues(schema: OptionSchema): string {
	const { type = 'text', enum: values, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
	if (values) return values.map(String).join(' or ');
	const limits = [
		minimum === undefined ? [] : `from ${minimum}`,
		exclusiveMinimum === undefined ? [] : `above ${exclusiveMinimum}`,
		// JSON Schema has the largest safe integer where there is no other limit.
		maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? [] : `up to ${maximum}`,
		exclusiveMaximum === undefined ? [] : `below ${exclusiveMaximum}`,
	].flat();
	return [type, limits.join(', ')].filter(part => part !== '').join(' ');
}
