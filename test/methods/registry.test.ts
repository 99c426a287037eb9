import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { z } from 'zod';
import { UsageError } from '../../harness/errors.ts';
import { builtInMethodNames, loadBuiltInMethods, loadMethod } from '../../methods/registry.ts';
import { readResults } from '../../reference/results.ts';

test('every built-in method is found by the name of its folder', async t => {
	for (const name of builtInMethodNames()) {
		const { method } = await loadMethod(name);
		t.is(method.name, name);
	}
	t.deepEqual(builtInMethodNames(), [
		'big-gan',
		'clustering',
		'clustering-ss',
		'random-label',
		's2gan',
		's2gan-co',
		's2gan-soft',
		's3gan',
		's3gan-co',
		'single-label',
		'single-label-ss',
	]);
});

test('titles are unique and every method says what it computes', async t => {
	const methods = await loadBuiltInMethods();
	t.is(new Set(methods.map(({ method }) => method.title)).size, methods.length);
	for (const { method } of methods) t.true(method.equations.some(equation => equation.startsWith('L_G')));
});

test('every row of the tables belongs to exactly one method, under the name that is printed', async t => {
	const methods = await loadBuiltInMethods();
	const claimed = methods.flatMap(({ method }) =>
		method.paper!.rows.flatMap(({ name, tables }) => tables.map(table => `Table ${table}: ${name}`)),
	);
	const results = readResults();
	const printed = ([1, 2, 4, 5, 12, 13, 14] as const).flatMap(table =>
		results[`table${table}`].rows.map(({ method }) => `Table ${table}: ${method}`),
	);
	t.deepEqual(claimed.sort(), printed.sort());
});

test('every option has a default, a meaning, and the values that it allows', async t => {
	for (const { method } of await loadBuiltInMethods()) {
		const { properties = {} } = z.toJSONSchema(method.options, { io: 'input' });
		t.deepEqual(Object.keys(method.options.parse({})).sort(), Object.keys(properties).sort());
		for (const [name, schema] of Object.entries(properties)) {
			const { default: value, description, enum: values, minimum } = schema as Record<string, unknown>;
			t.not(value, undefined, `${method.name}.${name}`);
			t.true(typeof description === 'string' && description.length > 20, `${method.name}.${name}`);
			t.true(Array.isArray(values) || typeof minimum === 'number', `${method.name}.${name}`);
		}
	}
});

test('an unknown name suggests the nearest and lists all', async t => {
	const error = await t.throwsAsync(loadMethod('biggan'), {
		instanceOf: UsageError,
		message: "method: there is no method 'biggan'",
	});
	t.regex(error.fix ?? '', /^did you mean big-gan\? Methods: big-gan, clustering, /u);
});

test('a module of the user is loaded by its path, and one that does not fit is explained', async t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-method-'));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	const write = (name: string, text: string): string => {
		const file = path.join(folder, name);
		writeFileSync(file, text);
		return file;
	};
	const bigGan = path.resolve('methods/big-gan/method.ts');
	const own = write(
		'method.ts',
		`import { method as base } from ${JSON.stringify(bigGan)};\nexport const method = { ...base, name: 'mine' as string, title: 'MINE' };\n`,
	);
	t.is((await loadMethod(own)).method.name, 'mine');
	t.is((await loadMethod(folder)).file, own);
	await t.throwsAsync(loadMethod(path.join(folder, 'none.ts')), {
		instanceOf: UsageError,
		message: /there is no file/u,
	});
	await t.throwsAsync(loadMethod(write('empty.ts', 'export const other = 1;\n')), {
		instanceOf: UsageError,
		message: /exports no `method`/u,
	});
	await t.throwsAsync(loadMethod(write('wrong.ts', "export const method = { name: 'Bad Name' };\n")), {
		instanceOf: UsageError,
		message: /does not fit the contract[\s\S]*name/u,
	});
	const clustering = path.resolve('methods/clustering/method.ts');
	for (const [index, options] of [
		'z.strictObject({})',
		'z.strictObject({ clusters: z.number() })',
	].entries()) {
		const text = `import { z } from 'zod';\nimport { method as base } from ${JSON.stringify(clustering)};\nexport const method = { ...base, options: ${options} };\n`;
		await t.throwsAsync(loadMethod(write(`clusters-${index}.ts`, text)), {
			instanceOf: UsageError,
			message: /labelling 'clusters', but no option `clusters`/u,
		});
	}
	await t.throwsAsync(loadMethod(write('broken.ts', 'export const method = ;\n')), {
		instanceOf: UsageError,
		message: /broken\.ts cannot be loaded/u,
	});
});
