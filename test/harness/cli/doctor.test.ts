import { fileURLToPath } from 'node:url';
import test from 'ava';
import { runProgram } from '../../../harness/tensor/provision/run-program.ts';
import { makeEnvironment } from '../tensor/provision/fake-programs.ts';

const binary = fileURLToPath(new URL('../../../harness/cli/fewer-labels.js', import.meta.url));
const doctor = (environment: NodeJS.ProcessEnv, ...options: string[]) =>
	runProgram(process.execPath, [binary, 'doctor', ...options], { environment });

test('on this machine everything that training needs is there', async t => {
	const { exitCode, stdout } = await doctor(process.env, '--json');
	const { ok, checks } = JSON.parse(stdout);
	t.true(ok, stdout);
	t.is(exitCode, 0);
	t.deepEqual(
		checks.map(({ id }: { id: string }) => id),
		[
			...['node', 'platform', 'tensorflow', 'processor', 'memory', 'disk'],
			...['gpu', 'compiler', 'pip', 'scheduler', 'source'],
		],
	);
});

test('on a bare machine it says what is missing and ends with status 7', async t => {
	const { exitCode, stdout, output } = await doctor(makeEnvironment());
	t.is(exitCode, 7);
	t.is(stdout, output);
	t.regex(stdout, /^✓ Node +\d/);
	t.regex(stdout, /✗ TensorFlow +no runtime in .* fits this version\n +→ run `npx fewer-labels setup`/);
	t.regex(stdout, /✗ C\+\+ compiler +C\+\+ compiler: none of/);
	t.regex(stdout, /This machine cannot train yet: 2 problems\.$/);
});
