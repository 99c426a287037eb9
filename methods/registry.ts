import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { UsageError } from '../harness/errors.ts';
import { nearestNames } from '../harness/nearest-names.ts';
import type { Method } from './method.ts';

const methodsFolder = path.dirname(fileURLToPath(import.meta.url));

/** A method and the file it came from. */
export interface LoadedMethod {
	readonly method: Method;
	/** Absolute path of the module. */
	readonly file: string;
}

const shape = z.looseObject({
	name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/u, 'lower-case words joined by hyphens'),
	title: z.string().min(1),
	summary: z.string().min(1),
	equations: z.array(z.string()),
	labelling: z.enum([
		'true-labels',
		'labels-or-none',
		'no-labels',
		'inferred-labels',
		'inferred-soft-labels',
		'clusters',
	]),
	options: z.custom(value => value instanceof z.ZodType, 'a zod schema'),
	networks: z.custom(value => typeof value === 'function', 'a function'),
	realLabels: z.custom(value => typeof value === 'function', 'a function'),
	discriminatorLoss: z.custom(value => typeof value === 'function', 'a function'),
	generatorLoss: z.custom(value => typeof value === 'function', 'a function'),
});

/** Names of the methods that come with the project: every folder here that holds a `method.ts`. */
export function builtInMethodNames(): string[] {
	return readdirSync(methodsFolder)
		.filter(name => existsSync(path.join(methodsFolder, name, 'method.ts')))
		.sort();
}

/** Whether the text means a file rather than a name. */
const isPath = (text: string): boolean =>
	text.includes('/') || text.includes(path.sep) || /\.[cm]?[jt]s$/u.test(text);

function methodFile(nameOrPath: string): string {
	if (!isPath(nameOrPath)) {
		const names = builtInMethodNames();
		if (names.includes(nameOrPath)) return path.join(methodsFolder, nameOrPath, 'method.ts');
		const near = nearestNames(nameOrPath, names);
		throw new UsageError(
			`method: there is no method '${nameOrPath}'`,
			`${near.length > 0 ? `did you mean ${near.join(' or ')}? ` : ''}Methods: ${names.join(', ')}; or give the path of a module of your own, for example ./my-method/method.ts`,
		);
	}
	const given = path.resolve(nameOrPath);
	const file = existsSync(given) && statSync(given).isDirectory() ? path.join(given, 'method.ts') : given;
	if (!existsSync(file)) {
		throw new UsageError(
			`method: there is no file ${file}`,
			'give the path of a module that exports `method`',
		);
	}
	return file;
}

/** Networks and clustering are sized by an option of a method whose labels are clusters. */
function requireClusters({ labelling, options }: Method, file: string): void {
	if (labelling !== 'clusters') return;
	const defaults = options.safeParse({});
	const clusters = defaults.success ? defaults.data.clusters : undefined;
	if (Number.isSafeInteger(clusters) && Number(clusters) >= 1) return;
	throw new UsageError(
		`method: \`method\` of ${file} has the labelling 'clusters', but no option \`clusters\` with a whole number from 1 as its default`,
		"add one to `options`, for example clusters: z.number().int().min(2).default(50).describe('Number of clusters')",
	);
}

/**
 * Finds a method by its name, or by the path of a module (or of a folder with a `method.ts`) that exports
 * `method`.
 *
 * @throws UsageError if there is no such method, or the module does not fit the contract of `Method`
 */
export async function loadMethod(nameOrPath: string): Promise<LoadedMethod> {
	const file = methodFile(nameOrPath);
	let module: { method?: unknown };
	try {
		module = (await import(pathToFileURL(file).href)) as { method?: unknown };
	} catch (error) {
		throw new UsageError(
			`method: ${file} cannot be loaded: ${(error as Error).message}`,
			'mend the module',
			error,
		);
	}
	if (module.method === undefined) {
		throw new UsageError(
			`method: ${file} exports no \`method\``,
			'export a constant of that name that fits `Method` in methods/method.ts',
		);
	}
	const checked = shape.safeParse(module.method);
	if (!checked.success) {
		throw new UsageError(
			`method: \`method\` of ${file} does not fit the contract:\n${z.prettifyError(checked.error)}`,
			'see `Method` in methods/method.ts',
		);
	}
	const method = module.method as Method;
	requireClusters(method, file);
	return { method, file };
}

/** All methods that come with the project. */
export async function loadBuiltInMethods(): Promise<LoadedMethod[]> {
	return Promise.all(builtInMethodNames().map(loadMethod));
}

/**
 * The method's options with defaults filled in.
 *
 * @throws UsageError naming each option that is unknown or out of range
 */
export function parseMethodOptions(
	method: Method,
	given: Record<string, unknown>,
): ReturnType<Method['options']['parse']> {
	const parsed = method.options.safeParse(given);
	if (parsed.success) return parsed.data;
	throw new UsageError(
		`options of ${method.name}:\n${z.prettifyError(parsed.error)}`,
		'`fewer-labels methods` lists the options of each method with their ranges',
	);
}
