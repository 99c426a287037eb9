import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { findCompiler } from '../../../../harness/tensor/provision/compile-addons.ts';
import { locateRuntime } from '../../../../harness/tensor/runtime-location.ts';

const run = promisify(execFile);

function loaderPath(): string {
	const runtime = locateRuntime();
	if (!runtime) throw new Error('no runtime: run `npx fewer-labels setup`');
	return path.join(runtime.folder, runtime.quietLoader);
}

/** A shared library that runs the given C statements when it is loaded. */
async function compileLibrary(statements: string): Promise<string> {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-quiet-'));
	const source = path.join(folder, 'library.cc');
	writeFileSync(
		source,
		`#include <stdio.h>\n#include <stdlib.h>\nnamespace { struct Start { Start() { ${statements} } } start; }\n`,
	);
	const { command } = await findCompiler(process.env);
	execFileSync(command[0], [
		...command.slice(1),
		'-shared',
		'-fPIC',
		'-o',
		path.join(folder, 'library.so'),
		source,
	]);
	return path.join(folder, 'library.so');
}

const load = (library: string, after = '') =>
	run(process.execPath, [
		'-e',
		`process.stdout.write(require(${JSON.stringify(loaderPath())}).load(${JSON.stringify(library)})); ${after}`,
	]);

test('gives back what a library writes to the error stream while it is loaded, and only then', async t => {
	const library = await compileLibrary('fputs("a note\\n", stderr);');
	const { stdout, stderr } = await load(library, "console.error('later')");
	t.is(stdout, 'a note\n');
	t.is(stderr, 'later\n');
});

test('the last words of a library that ends the process are not lost', async t => {
	const library = await compileLibrary('fputs("needs another processor\\n", stderr); abort();');
	const error = (await t.throwsAsync(load(library))) as Error & { stderr: string; signal: string };
	t.is(error.signal, 'SIGABRT');
	t.regex(error.stderr, /needs another processor/);
});

test('a library that is not there is an error that names it', async t => {
	const error = (await t.throwsAsync(load('/nonexistent.so'))) as Error & { stderr: string };
	t.regex(error.stderr, /\/nonexistent\.so: cannot open shared object file/);
});
