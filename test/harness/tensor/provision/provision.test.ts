import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { EnvironmentError, UsageError } from '../../../../harness/errors.ts';
import { provisionRuntime } from '../../../../harness/tensor/provision/provision.ts';
import { currentBuild } from '../../../../harness/tensor/provision/runtime-identity.ts';
import type { ReadyRuntime } from '../../../../harness/tensor/runtime-location.ts';
import { makeEnvironment } from './fake-programs.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const wheels = path.join(root, 'test', 'fixtures', 'wheels');
const cpuWheel = path.join(wheels, 'tensorflow_cpu-9.9.9-cp312-cp312-manylinux_2_27_x86_64.whl');
const ignore = () => {};
const onlyX64 = process.arch === 'x64' ? test : test.skip;

/** Puts a ready runtime without a native library into the cache of an environment. */
function addRuntime(environment: NodeJS.ProcessEnv, changes: Partial<ReadyRuntime> = {}): string {
	const folder = path.join(environment.FEWER_LABELS_CACHE ?? '', 'runtime', changes.flavour ?? 'cpu');
	mkdirSync(folder, { recursive: true });
	const ready: ReadyRuntime = {
		schemaVersion: 1,
		flavour: 'cpu',
		tensorflowVersion: '2.21.0',
		source: 'pip',
		packages: [],
		addon: 'part',
		quietLoader: 'part',
		library: 'part',
		build: currentBuild(),
		createdAt: 1,
		...changes,
	};
	writeFileSync(path.join(folder, 'part'), '');
	writeFileSync(path.join(folder, 'ready.json'), JSON.stringify(ready));
	return folder;
}

test('a ready runtime is found without a word, a program or a native library', async t => {
	const environment = makeEnvironment({}, { FEWER_LABELS_FLAVOUR: 'cpu' });
	const folder = addRuntime(environment);
	const lines: string[] = [];
	const runtime = await provisionRuntime({ environment }, line => lines.push(line));
	t.is(runtime.folder, folder);
	t.deepEqual(lines, []);
});

test('a ready runtime is found without loading the parts that make one', async t => {
	const environment = makeEnvironment({}, { FEWER_LABELS_FLAVOUR: 'cpu' });
	addRuntime(environment);
	const code = `
		import { provisionRuntime } from './harness/tensor/provision/provision.ts';
		await provisionRuntime({}, console.log);
		const { createRequire } = await import('node:module');
		console.log(Object.keys(createRequire(import.meta.url).cache).filter(name => /tfjs/.test(name)).length);`;
	const { stdout } = await promisify(execFile)(
		process.execPath,
		['--import=./harness/runtime/register-typescript.js', '--input-type=module', '--eval', code],
		{ cwd: root, env: environment },
	);
	// The one thing of TensorFlow.js that is read is its version.
	t.is(stdout.trim(), '1');
});

test('a CUDA build and a library that the user chose do also where another flavour is wanted', async t => {
	const cpu = makeEnvironment({}, { FEWER_LABELS_FLAVOUR: 'cpu' });
	const cudaFolder = addRuntime(cpu, { flavour: 'cuda' });
	t.is((await provisionRuntime({ environment: cpu }, ignore)).folder, cudaFolder);
	const cuda = makeEnvironment({}, { FEWER_LABELS_FLAVOUR: 'cuda' });
	const chosen = addRuntime(cuda, { source: 'path' });
	t.is((await provisionRuntime({ environment: cuda }, ignore)).folder, chosen);
});

test('a named runtime folder that is not ready is an error, not a reason to download', async t => {
	const environment = makeEnvironment({}, { FEWER_LABELS_RUNTIME: '/nonexistent/runtime' });
	await t.throwsAsync(provisionRuntime({ environment }, ignore), {
		instanceOf: EnvironmentError,
		message: 'FEWER_LABELS_RUNTIME=/nonexistent/runtime: no ready runtime in this folder',
	});
});

onlyX64('without pip and without the other download, one message says both', async t => {
	// Nothing listens on port 9 of this machine.
	const environment = makeEnvironment({}, { TFJS_NODE_CDN_STORAGE: 'http://127.0.0.1:9/' });
	const lines: string[] = [];
	const error = await t.throwsAsync(
		provisionRuntime({ environment, flavour: 'cpu' }, line => lines.push(line)),
		{ instanceOf: EnvironmentError },
	);
	t.regex(
		error.message,
		/^TensorFlow runtime: no python3 or pip on the PATH; pip fetches the native library\n/,
	);
	t.regex(error.message, /does not help: download of http:\/\/127\.0\.0\.1:9\/tensorflow\/.* failed: /);
	t.regex(error.fix ?? '', /--tensorflow PATH/);
	t.is(error.exitCode, 7);
	t.true(lines.some(line => line.endsWith('trying the download of TensorFlow.js itself')));
});

onlyX64('a given wheel needs no Python, only a compiler', async t => {
	const environment = makeEnvironment();
	const lines: string[] = [];
	const error = await t.throwsAsync(
		provisionRuntime({ environment, tensorflow: cpuWheel }, line => lines.push(line)),
		{ instanceOf: EnvironmentError },
	);
	t.regex(error.message, /^C\+\+ compiler: none of/);
	t.is(lines[0], `extract ${path.basename(cpuWheel)} …`);
	t.regex(lines[1], /: done in/);
	// What is complete is kept for the next attempt.
	const again: string[] = [];
	await t.throwsAsync(provisionRuntime({ environment, tensorflow: cpuWheel }, line => again.push(line)));
	t.is(again[0], `extract ${path.basename(cpuWheel)}: done before`);
	const [folder] = readdirSync(path.join(environment.FEWER_LABELS_CACHE ?? '', 'runtime'));
	t.regex(folder, /^cpu-tflocal-/);
});

onlyX64('a given library of another flavour than asked for is refused', async t => {
	const options = { environment: makeEnvironment(), tensorflow: cpuWheel, flavour: 'cuda' } as const;
	await t.throwsAsync(provisionRuntime(options, ignore), {
		instanceOf: UsageError,
		message: `--tensorflow ${cpuWheel}: is a cpu build, but --flavour cuda was asked for`,
	});
});

test('a cache that cannot be written is one clear error', async t => {
	const file = path.join(mkdtempSync(path.join(tmpdir(), 'fewer-labels-file-')), 'plain');
	writeFileSync(file, '');
	const environment = makeEnvironment({}, { FEWER_LABELS_CACHE: path.join(file, 'cache') });
	const error = await t.throwsAsync(provisionRuntime({ environment, flavour: 'cpu' }, ignore), {
		instanceOf: EnvironmentError,
	});
	t.regex(error.message, /^cache folder .*: cannot be written/);
	t.is(error.exitCode, 7);
});
