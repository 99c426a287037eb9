import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { EnvironmentError } from '../harness/errors.ts';

/** Data of the papers, read-only at every depth: one changed number would move every later comparison. */
export type Frozen<Value> = Value extends readonly (infer Item)[]
	? readonly Frozen<Item>[]
	: Value extends object
		? { readonly [Key in keyof Value]: Frozen<Value[Key]> }
		: Value;

const cache = new Map<string, unknown>();

/**
 * Reads `reference/<name>.json`, checks it against its schema and freezes it; later calls give the same object.
 *
 * Throws EnvironmentError with each wrong field if the file is missing or does not match.
 */
export function readReference<Value>(name: string, schema: z.ZodType<Value>): Frozen<Value> {
	const known = cache.get(name);
	if (known !== undefined) {
		return known as Frozen<Value>;
	}

	const value = deepFreeze(parseReference(`reference/${name}.json`, readText(name), schema));
	cache.set(name, value);
	return value;
}

/** Parses the text of a reference file; `file` names it in errors. Throws EnvironmentError as above. */
export function parseReference<Value>(file: string, text: string, schema: z.ZodType<Value>): Value {
	const parsed = schema.safeParse(parseJson(file, text));
	if (!parsed.success) {
		throw damaged(file, z.prettifyError(parsed.error), parsed.error);
	}

	return parsed.data;
}

function readText(name: string): string {
	try {
		return readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8');
	} catch (error) {
		throw damaged(`reference/${name}.json`, (error as Error).message, error);
	}
}

function parseJson(file: string, text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw damaged(file, (error as Error).message, error);
	}
}

function damaged(file: string, details: string, cause: unknown): EnvironmentError {
	return new EnvironmentError(
		`${file} is not the reference data this version expects:\n${details}`,
		`restore it ('git checkout -- ${file}', or install the package again)`,
		cause,
	);
}

function deepFreeze<Value>(value: Value): Frozen<Value> {
	if (typeof value === 'object' && value !== null) {
		for (const item of Object.values(value)) {
			deepFreeze(item);
		}

		Object.freeze(value);
	}

	return value as Frozen<Value>;
}
