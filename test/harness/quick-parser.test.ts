import test from 'ava';
import { z } from 'zod';
import { quickParser } from '../../harness/quick-parser.ts';
import { eventSchema, gridSchema, resultSchema } from '../../harness/run/records.ts';

const strict = z.strictObject({
	schemaVersion: z.literal(1),
	name: z.string().regex(/^[a-z]+$/u),
	count: z.number().int().positive(),
	from: z.number().int().nonnegative(),
	kind: z.enum(['a', 'b']),
	values: z.array(z.number()).min(1),
	details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
	maybe: z.string().nullable(),
	rarely: z.boolean().optional(),
	filled: z.strictObject({ step: z.number() }).nullable().default(null),
});
const right = {
	schemaVersion: 1,
	name: 'abc',
	count: 1,
	from: 0,
	kind: 'a',
	values: [1.5],
	details: { a: 'x', b: 2, c: true },
	maybe: null,
	rarely: false,
	filled: null,
};

const wrong: ReadonlyArray<readonly [name: string, changes: Record<string, unknown>]> = [
	['another literal', { schemaVersion: 2 }],
	['a text that does not fit', { name: 'ABC' }],
	['no text', { name: 3 }],
	['a number that is not above 0', { count: 0 }],
	['a number below 0', { from: -1 }],
	['a part of a number', { count: 1.5 }],
	['a number that is not exact any more', { count: 2 ** 53 }],
	['no number', { count: '1' }],
	['null for a number', { count: null }],
	['another word', { kind: 'c' }],
	['an empty list', { values: [] }],
	['a list of something else', { values: [1, '2'] }],
	['an object for a list', { values: { 0: 1 } }],
	['something else in a record', { details: { a: null } }],
	['a list for a record', { details: [] }],
	['a wrong part', { filled: { step: 'x' } }],
	['one key too many in a part', { filled: { step: 1, more: 2 } }],
	['one key too many', { more: 1 }],
	['a word that every object knows', { kind: 'constructor' }],
];
for (const [name, changes] of wrong) {
	test(`what is wrong is told as zod tells it: ${name}`, t => {
		const value = { ...right, ...changes };
		const found = quickParser(strict)(value);
		const expected = strict.safeParse(value);
		t.false(found.success);
		t.deepEqual(found.error!.issues, expected.error!.issues);
	});
}

for (const key of Object.keys(right)) {
	test(`a value without ${key} is what zod makes of it`, t => {
		const { [key]: _, ...value } = right as Record<string, unknown>;
		const found = quickParser(strict)(value);
		const expected = strict.safeParse(value);
		t.is(found.success, expected.success);
		t.is(JSON.stringify(found.data), JSON.stringify(expected.data));
		t.deepEqual(found.error?.issues, expected.error?.issues);
	});
}

test('what is right comes back itself, with the keys in the order of the schema', t => {
	const parse = quickParser(strict);
	t.is(parse(right).data as unknown, right);
	const turned = Object.fromEntries(Object.entries(right).reverse());
	t.is(JSON.stringify(parse(turned).data), JSON.stringify(strict.parse(turned)));
	t.is(JSON.stringify(parse(turned).data), JSON.stringify(right));
});

test('a loose object keeps what else it says', t => {
	const schema = z.looseObject({ a: z.number(), b: z.string().optional() });
	const parse = quickParser(schema);
	const value = { more: 1, a: 2 };
	t.is(parse(value).data as unknown, value);
	t.deepEqual(parse(value).data, schema.parse(value));
	for (const refused of [{ b: 'x' }, { a: 1, b: 2 }, [], null, 'a', 3, undefined]) {
		t.deepEqual(parse(refused).error!.issues, schema.safeParse(refused).error!.issues);
	}
	const odd = JSON.parse('{"a":1,"__proto__":{"b":3}}') as unknown;
	t.deepEqual(parse(odd), schema.safeParse(odd));
});

test('kinds of schemas that are not known here are left to zod', t => {
	for (const [schema, value, output] of [
		[z.string().trim(), ' a ', 'a'],
		[z.coerce.number(), '3', 3],
		[z.number().transform(number => number + 1), 1, 2],
		[z.object({ a: z.number() }), { a: 1, b: 2 }, { a: 1 }],
		[z.record(z.enum(['a']), z.number()), { a: 1 }, { a: 1 }],
		[z.array(z.string().toUpperCase()), ['a'], ['A']],
	] as ReadonlyArray<readonly [z.ZodType, unknown, unknown]>) {
		t.deepEqual(quickParser(schema)(value).data, output);
	}
	const refined = z.number().refine(number => number > 3);
	t.false(quickParser(refined)(1).success);
	t.true(quickParser(refined)(4).success);
	t.false(quickParser(z.number().max(3))(4).success);
});

test('records of runs are known kinds: none of them goes through zod', t => {
	const score = { mean: 1, std: 0, values: [1] };
	const result = {
		...{ schemaVersion: 1, runId: '0123456789ab', method: 'a', title: 'A', labelFraction: null, seed: 1 },
		...{ profile: 'p', dataSet: { name: 'd', digest: 'e' }, steps: 2 },
		protocol: { name: 'p', fingerprint: 'a'.repeat(64), proxy: true, details: { a: 1 } },
		scores: { fid: score, inceptionScore: score },
		...{ parameters: { generator: 1, discriminator: 2 }, training: { loss: 1 }, weightsDigest: 'w' },
		collapse: { step: 1, reason: 'r', scoredStep: 1 },
	};
	t.is(quickParser(resultSchema)(result).data as unknown, result);
	const run = {
		...{ runId: 'a', folder: 'b', method: 'c', title: 'd', labelFraction: 0.1, seed: 1 },
		...{ profile: 'p', dataSet: 'd', steps: 1 },
	};
	const grid = { schemaVersion: 1, suite: 's', runs: [run] };
	t.is(quickParser(gridSchema)(grid).data as unknown, grid);
	const given = { ...grid, schemaVersion: 2, runs: [{ ...run, options: { weight: 1, soft: true } }] };
	t.is(quickParser(gridSchema)(given).data as unknown, given);
	const event = { time: 1, event: 'started', more: 2 };
	t.is(quickParser(eventSchema)(event).data as unknown, event);
});
