import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { EnvironmentError } from '../../../../harness/errors.ts';
import { compileAddons, findCompiler } from '../../../../harness/tensor/provision/compile-addons.ts';
import { makeEnvironment } from './fake-programs.ts';

/** A compiler that writes its arguments to the output file. */
const fakeCompiler = `
case "$*" in *--version*) echo "fake 1.0"; echo more; exit 0;; esac
all="$*"
while [ "$1" != "-o" ]; do shift; done
echo "$all" > "$2"`;

function makeRuntime(): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-compile-'));
	const lib = path.join(folder, 'deps', 'lib');
	mkdirSync(lib, { recursive: true });
	for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
		writeFileSync(path.join(lib, name), '');
	return folder;
}

test('takes the first compiler that starts', async t => {
	const environment = makeEnvironment({ 'c++': 'exit 1', 'g++': fakeCompiler });
	t.deepEqual(await findCompiler(environment), { command: ['g++'], version: 'fake 1.0' });
});

test('$CXX comes first and may be a wrapper with arguments', async t => {
	const environment = makeEnvironment(
		{ 'c++': fakeCompiler, wrapper: fakeCompiler },
		{ CXX: 'wrapper my-compiler' },
	);
	t.deepEqual((await findCompiler(environment)).command, ['wrapper', 'my-compiler']);
});

test('without a compiler says so and what to do', async t => {
	const error = await t.throwsAsync(compileAddons(makeRuntime(), makeEnvironment()), {
		instanceOf: EnvironmentError,
	});
	t.regex(error.message, /^C\+\+ compiler: none of c\+\+, g\+\+ and clang\+\+ is on the PATH/);
	t.regex(error.fix ?? '', /apt-get install g\+\+/);
	t.is(error.exitCode, 7);
});

test('names a $CXX that does not start', async t => {
	const environment = makeEnvironment({ 'g++': fakeCompiler }, { CXX: 'nonesuch' });
	await t.throwsAsync(findCompiler(environment), {
		instanceOf: EnvironmentError,
		message: "C++ compiler: $CXX is 'nonesuch', which does not start",
	});
});

test('compiles both addons against the libraries of the runtime', async t => {
	const folder = makeRuntime();
	const addons = await compileAddons(folder, makeEnvironment({ 'c++': fakeCompiler }));
	t.deepEqual(addons, {
		addon: 'lib/napi-v8/tfjs_binding.node',
		quietLoader: 'lib/napi-v8/quiet_loader.node',
	});
	const call = readFileSync(path.join(folder, addons.addon), 'utf8');
	t.regex(call, /-l:libtensorflow_cc\.so\.2 -l:libtensorflow_framework\.so\.2/);
	t.regex(call, /-Wl,-rpath,\$ORIGIN\/\.\.\/\.\.\/deps\/lib/);
	t.true(existsSync(path.join(folder, addons.quietLoader)));
});

test('a compiler that fails shows its last words and leaves no addon', async t => {
	const folder = makeRuntime();
	const environment = makeEnvironment({
		'c++': 'case "$*" in *--version*) exit 0;; esac; echo "error: no std::string" >&2; exit 1',
	});
	const error = await t.throwsAsync(compileAddons(folder, environment), { instanceOf: EnvironmentError });
	t.is(error.message, 'c++ cannot compile tfjs_binding.node:\nerror: no std::string');
	t.false(existsSync(path.join(folder, 'lib', 'napi-v8', 'tfjs_binding.node')));
});
