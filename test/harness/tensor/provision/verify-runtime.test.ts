import test from 'ava';
import { EnvironmentError } from '../../../../harness/errors.ts';
import {
	expectedConvolution,
	requireRightAnswer,
	verifyRuntime,
} from '../../../../harness/tensor/provision/verify-runtime.ts';
import { locateRuntime } from '../../../../harness/tensor/runtime-location.ts';

test("this machine's runtime convolves forwards and backwards as computed by hand", async t => {
	const runtime = locateRuntime();
	if (!runtime) return t.fail('no runtime: run `npx fewer-labels setup`');
	const verified = await verifyRuntime(runtime, process.env);
	t.is(verified.version, runtime.tensorflowVersion);
	t.is(typeof verified.gpu, 'boolean');
});

test('a runtime that does not load is one clear error with its last words', async t => {
	const runtime = locateRuntime();
	if (!runtime) return t.fail('no runtime: run `npx fewer-labels setup`');
	const broken = { ...runtime, library: 'deps/lib/nonesuch.so' };
	const error = await t.throwsAsync(verifyRuntime(broken, process.env), { instanceOf: EnvironmentError });
	t.regex(error.message, /: the verification ended with status 1\n/);
	t.regex(error.message, /nonesuch\.so: cannot open shared object file/);
	t.is(error.exitCode, 7);
});

test('a number that is off by a little is found', t => {
	const answer = (filterGradient: readonly number[]) =>
		JSON.stringify({ ...expectedConvolution, filterGradient, version: '1', gpu: false });
	t.deepEqual(requireRightAnswer(answer([9.5, 12, 17, 19.5]), '/runtime'), { version: '1', gpu: false });
	t.throws(() => requireRightAnswer(answer([9.5, 12, 17, 19.500002]), '/runtime'), {
		instanceOf: EnvironmentError,
		message: /^TensorFlow runtime in \/runtime: wrong convolution: expected .*19\.5.*, got .*19\.500002/,
	});
});
