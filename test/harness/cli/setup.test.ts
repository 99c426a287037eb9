import { fileURLToPath } from 'node:url';
import test from 'ava';
import { runProgram } from '../../../harness/tensor/provision/run-program.ts';
import { locateRuntime } from '../../../harness/tensor/runtime-location.ts';
import { makeEnvironment } from '../tensor/provision/fake-programs.ts';

const binary = fileURLToPath(new URL('../../../harness/cli/fewer-labels.js', import.meta.url));
const setup = (environment: NodeJS.ProcessEnv, ...options: string[]) =>
	runProgram(process.execPath, [binary, 'setup', ...options], { environment });

test('says where the ready runtime is, as JSON on stdout', async t => {
	const { exitCode, stdout } = await setup(process.env, '--json');
	t.is(exitCode, 0);
	const { durationMs, made, ...runtime } = JSON.parse(stdout);
	t.deepEqual(runtime, locateRuntime());
	t.false(made);
	t.is(typeof durationMs, 'number');
});

test('says on stderr that the runtime is ready, and nothing on stdout', async t => {
	const { exitCode, stdout, output } = await setup(process.env);
	t.is(exitCode, 0);
	t.is(stdout, '');
	t.regex(output, /^setup: TensorFlow \d+\.\d+\.\d+ \((cpu|cuda)\) is ready: \//);
});

test('ends with status 7 and one clear message where it cannot work', async t => {
	const environment = makeEnvironment({}, { TFJS_NODE_CDN_STORAGE: 'http://127.0.0.1:9/' });
	const { exitCode, output } = await setup(environment, '--flavour', 'cpu');
	t.is(exitCode, 7);
	t.regex(output, /^Error: .*no python3 or pip on the PATH/m);
	t.regex(output, /^Fix: install Python with pip/m);
	t.notRegex(output, /\n\s+at /);
});

test('ends with status 2 on a path or flavour that makes no sense', async t => {
	const wrongPath = await setup(makeEnvironment(), '--tensorflow', '/nonexistent');
	t.is(wrongPath.exitCode, 2);
	t.regex(
		wrongPath.output,
		/^Error: --tensorflow \/nonexistent: does not exist; expected a TensorFlow wheel/,
	);
	const wrongFlavour = await setup(makeEnvironment(), '--flavour', 'rocm');
	t.is(wrongFlavour.exitCode, 2);
	t.regex(wrongFlavour.output, /Allowed choices are cpu, cuda/);
});

test('explains itself with examples', async t => {
	const { exitCode, stdout } = await setup(process.env, '--help');
	t.is(exitCode, 0);
	t.regex(stdout, /Examples:\n {2}\$ fewer-labels setup /);
});
