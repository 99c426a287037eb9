import { createHash } from 'node:crypto';
import test from 'ava';
import { canonicalJson, digestOf } from '../../harness/canonical-json.ts';

/** The same by its definition: JSON.stringify of a copy with sorted keys. */
function byDefinition(value: unknown): string | undefined {
	return JSON.stringify(value, (_key, part: unknown) =>
		part !== null && typeof part === 'object' && !Array.isArray(part)
			? Object.fromEntries(Object.entries(part).sort(([first], [second]) => (first < second ? -1 : 1)))
			: part,
	);
}

test('keys are in order at every depth, whatever order they came in', t => {
	t.is(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' }), '{"a":"x","b":[{"c":null,"d":1}]}');
	t.is(canonicalJson({ a: 'x', b: [{ c: null, d: 1 }] }), '{"a":"x","b":[{"c":null,"d":1}]}');
});

const sparse: unknown[] = [1];
sparse[2] = 3;
const values: Readonly<Record<string, unknown>> = {
	numbers: [0, -0, 1e-7, 1e21, 0.1, -5, Number.NaN, Number.POSITIVE_INFINITY],
	texts: { 'ä"\\\n\u2028': '\u{1f600}\ud800', '': '' },
	'what JSON leaves out': { c: undefined, b: [undefined, () => 1, Symbol('a')], a: () => 1 },
	'whole numbers as keys': { b: 1, 10: { d: 1, c: 2 }, 9: 1, a: 1, '-1': 0, '01': 0, '1.5': 0 },
	'digits after letters': { z9: 1, z10: 2, a: { 3: 1, b: 2, 1: 2 } },
	'dates and typed arrays': { date: new Date(0), array: new Float32Array([0.5, 2]), none: new Uint8Array(0) },
	'maps, sparse arrays, nothing': [new Map([[1, 2]]), sparse, {}, [], null, true],
	prototypes: [
		Object.create(null, { b: { value: 1, enumerable: true } }),
		JSON.parse('{"__proto__":1,"a":2}'),
	],
	'a text': 'plain',
	nothing: undefined,
};
for (const [name, value] of Object.entries(values)) {
	test(`the text is that of JSON.stringify: ${name}`, t => {
		t.is(canonicalJson(value), byDefinition(value) as string);
		t.is(canonicalJson({ z: value, y: value }), byDefinition({ z: value, y: value }) as string);
	});
}

test('a digest is the SHA-256 of the text', t => {
	t.is(digestOf({ b: 1, a: 2 }), createHash('sha256').update('{"a":2,"b":1}').digest('hex'));
});

test('what has no JSON at all is refused as JSON.stringify does', t => {
	t.throws(() => canonicalJson({ a: 1n }), { instanceOf: TypeError });
});
