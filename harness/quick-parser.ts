import type { z } from 'zod';

type Check = (value: unknown) => boolean;

/**
 * `safeParse` of a schema for values that come from JSON and are nearly always right: such a value is looked at field
 * by field and given back itself, without the copy that zod makes. Only what is wrong, or has to be completed, goes
 * through zod, so that results and messages are zod's. Keys of a strict object stand in the order of the schema either
 * way; those of a loose one keep the order of the file.
 */
export function quickParser<Output>(
	schema: z.ZodType<Output>,
): (value: unknown) => z.ZodSafeParseResult<Output> {
	let check: Check | undefined;
	return value => {
		check ??= compile(schema);
		return check(value) ? { success: true, data: value as Output } : schema.safeParse(value);
	};
}

const refuse: Check = () => false;

/** What zod's definitions hold, as far as it is read here. */
interface Definition {
	readonly type: string;
	readonly check?: string;
	readonly checks?: ReadonlyArray<{ readonly _zod: { readonly def: CheckDefinition } }>;
	readonly shape?: Readonly<Record<string, z.ZodType>>;
	readonly catchall?: z.ZodType;
	readonly element?: z.ZodType;
	readonly innerType?: z.ZodType;
	readonly keyType?: z.ZodType;
	readonly valueType?: z.ZodType;
	readonly options?: readonly z.ZodType[];
	readonly values?: readonly unknown[];
	readonly entries?: Readonly<Record<string, unknown>>;
	readonly coerce?: boolean;
}

interface CheckDefinition {
	readonly check: string;
	readonly format?: string;
	readonly pattern?: RegExp;
	readonly value?: number;
	readonly inclusive?: boolean;
	readonly minimum?: number;
}

const definitionOf = (schema: z.ZodType): Definition => schema._zod.def as unknown as Definition;

/** True only for values that the schema accepts as they are; kinds of schemas that are not known here accept none. */
function compile(schema: z.ZodType): Check {
	const definition = definitionOf(schema);
	const base = compileType(definition);
	const checks = [
		...(definition.check === undefined ? [] : [compileCheck(definition as unknown as CheckDefinition)]),
		...(definition.checks ?? []).map(({ _zod: { def } }) => compileCheck(def)),
	];
	return checks.length === 0 ? base : value => base(value) && checks.every(check => check(value));
}

function compileType(definition: Definition): Check {
	if (definition.coerce) return refuse;
	switch (definition.type) {
		case 'string':
			return value => typeof value === 'string';
		case 'number':
			return value => Number.isFinite(value);
		case 'boolean':
			return value => typeof value === 'boolean';
		case 'unknown':
			return () => true;
		case 'literal':
			return value => definition.values!.includes(value);
		case 'enum': {
			const known = new Set(Object.values(definition.entries!));
			return value => known.has(value);
		}
		case 'nullable': {
			const inner = compile(definition.innerType!);
			return value => value === null || inner(value);
		}
		case 'default': {
			const inner = compile(definition.innerType!);
			return value => value !== undefined && inner(value);
		}
		case 'optional': {
			const inner = compile(definition.innerType!);
			return value => value === undefined || inner(value);
		}
		case 'union': {
			const options = definition.options!.map(compile);
			return value => options.some(option => option(value));
		}
		case 'array': {
			const element = compile(definition.element!);
			return value => Array.isArray(value) && value.every(element);
		}
		case 'record':
			return compileRecord(definition);
		case 'object':
			return compileObject(definition);
		default:
			return refuse;
	}
}

function compileCheck({ check, format, pattern, value, inclusive, minimum }: CheckDefinition): Check {
	if (check === 'number_format' && format === 'safeint') return given => Number.isSafeInteger(given);
	if (check === 'string_format' && format === 'regex' && !pattern!.global && !pattern!.sticky) {
		return given => pattern!.test(given as string);
	}
	if (check === 'greater_than' && typeof value === 'number') {
		return inclusive ? given => (given as number) >= value : given => (given as number) > value;
	}
	if (check === 'min_length') return given => (given as string | readonly unknown[]).length >= minimum!;
	return refuse;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
	value !== null && typeof value === 'object' && !Array.isArray(value);

function compileRecord({ keyType, valueType }: Definition): Check {
	const { type, checks } = definitionOf(keyType!);
	if (type !== 'string' || checks !== undefined) return refuse;
	const inner = compile(valueType!);
	return value => {
		if (!isObject(value)) return false;
		for (const key of Object.keys(value)) if (key === '__proto__' || !inner(value[key])) return false;
		return true;
	};
}

function compileObject({ shape, catchall }: Definition): Check {
	const fields = Object.entries(shape!).map(([key, schema]) => ({
		key,
		check: compile(schema),
		mayLack: definitionOf(schema).type === 'optional',
	}));
	const others = catchall && definitionOf(catchall).type;
	if (others === 'unknown') {
		return value =>
			isObject(value) &&
			!Object.hasOwn(value, '__proto__') &&
			fields.every(({ key, check, mayLack }) => (Object.hasOwn(value, key) ? check(value[key]) : mayLack));
	}
	if (others !== 'never') return refuse;
	return value => {
		if (!isObject(value)) return false;
		const keys = Object.keys(value);
		let index = 0;
		for (const { key, check, mayLack } of fields) {
			if (keys[index] === key) {
				if (!check(value[key])) return false;
				index++;
			} else if (!mayLack) return false;
		}
		return index === keys.length;
	};
}
