import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'fewer-labels-hook-')));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a TypeScript module that lies outside of the project, with the project's hook. */
function runOutside(name: string, text: string) {
	const file = path.join(folder, name);
	mkdirSync(path.dirname(file), { recursive: true });
	writeFileSync(file, text);
	const hook = pathToFileURL(path.resolve('harness/runtime/register-typescript.js')).href;
	return spawnSync(process.execPath, ['--import', hook, file], { cwd: folder, encoding: 'utf8' });
}

test('a module anywhere imports the project by its name, and zod without installing it', t => {
	const { status, stdout, stderr } = runOutside(
		'module.ts',
		`import { z } from 'zod';
import { UsageError } from 'fewer-labels/harness/errors.ts';
const { UsageError: own } = await import(${JSON.stringify(path.resolve('harness/errors.ts'))});
const one: boolean = own === UsageError;
console.log(one, z.number().parse(3));
`,
	);
	t.is(status, 0, stderr);
	t.is(stdout, 'true 3\n');
});

test('a copy of the project beside the module is not a second one', t => {
	mkdirSync(path.join(folder, 'node_modules/fewer-labels/harness'), { recursive: true });
	writeFileSync(
		path.join(folder, 'node_modules/fewer-labels/harness/errors.ts'),
		'export class UsageError {}\n',
	);
	const { status, stdout, stderr } = runOutside(
		'second.ts',
		`import { UsageError } from 'fewer-labels/harness/errors.ts';\nconsole.log(new UsageError('a', 'b').message);\n`,
	);
	t.is(status, 0, stderr);
	t.is(stdout, 'a\n');
});

test('other packages are found where Node finds them, or not at all', t => {
	const { status, stderr } = runOutside('other.ts', "import 'commander';\n");
	t.is(status, 1);
	t.regex(stderr, /Cannot find package 'commander'/u);
});
