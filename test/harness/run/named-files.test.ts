import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { filesNamedBy } from '../../../harness/run/named-files.ts';

/** Writes files into a new folder; returns it. */
function write(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
	const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'named-files-')));
	t.teardown(() => rmSync(folder, { recursive: true }));
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
		writeFileSync(path.join(folder, name), text);
	}
	return folder;
}

test('imports of every kind and files read from beside a module are followed, to the end', t => {
	const folder = write(t, {
		'mine/method.ts': [
			"import { a } from '../a.ts';",
			"export { b } from '../b.js';",
			"import '../c.mjs';",
			"const d = await import('../d.ts');",
			"const e = createRequire(import.meta.url)('../e');",
			'const table = readFileSync(new URL(`../table.json`, import.meta.url));',
		].join('\n'),
		'a.ts': "import { deep } from './deep/deep.ts';",
		...{ 'b.js': '', 'c.mjs': '', 'd.ts': '', 'table.json': '"./other.json"', 'other.json': '' },
		'e/index.js': "require('../mine/method.ts'); require('../a');",
		'deep/deep.ts': '',
		'unrelated.ts': '',
	});
	const names = filesNamedBy([path.join(folder, 'mine/method.ts')]).map(file => path.relative(folder, file));
	t.deepEqual(names, ['a.ts', 'b.js', 'c.mjs', 'd.ts', 'deep/deep.ts', 'e/index.js', 'table.json']);
});

test('types, packages, what is passed and what is not there do not count', t => {
	const folder = write(t, {
		'method.ts': [
			"import type { Type } from './type.ts';",
			"import type {\n\tOther,\n} from './type.ts';",
			"import { z } from 'zod';",
			"import '../gone.ts';",
			"import './node_modules/package/index.js';",
			"import './passed.ts';",
			"import { value } from './value.ts';",
		].join('\n'),
		...{ 'type.ts': '', 'node_modules/package/index.js': '', 'value.ts': '' },
		'passed.ts': "import './behind.ts';",
		'behind.ts': '',
	});
	const files = filesNamedBy([path.join(folder, 'method.ts')], file => path.basename(file) === 'passed.ts');
	t.deepEqual(files, [path.join(folder, 'value.ts')]);
});
