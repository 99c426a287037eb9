import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { locateRuntime } from '../../../harness/tensor/runtime-location.ts';
import { tf, withoutStartUpNotes } from '../../../harness/tensor/tensorflow.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Runs a module in a process of its own, with `tf` imported. */
function runModule(code: string, variables: NodeJS.ProcessEnv = {}) {
	const source = `import { tf } from './harness/tensor/tensorflow.ts'; ${code}`;
	return promisify(execFile)(
		process.execPath,
		['--import=./harness/runtime/register-typescript.js', '--input-type=module', '--eval', source],
		{ cwd: root, env: { ...process.env, ...variables } },
	);
}

test('loads the provisioned library and computes on it', t => {
	const before = tf.memory().numTensors;
	t.is(tf.getBackend(), 'tensorflow');
	t.deepEqual(
		tf.tidy(() => [...tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()]),
		[11],
	);
	t.is(tf.memory().numTensors, before);
});

test('functions that Node 23 removed do not matter', t => {
	const topk = tf.tidy(() => [...tf.topk(tf.tensor1d([3, 9, 5]), 2).values.dataSync()]);
	t.deepEqual(topk, [9, 5]);
});

test('starts without a word on either stream', async t => {
	const runtime = locateRuntime();
	if (!runtime) return t.fail('no runtime: run `npx fewer-labels setup`');
	const { stdout, stderr } = await runModule('tf.ones([2]).dispose()', {
		TF_CPP_MIN_LOG_LEVEL: undefined,
		CUDA_VISIBLE_DEVICES: undefined,
	});
	t.is(stdout, '');
	if (runtime.flavour === 'cpu') t.is(stderr, '');
});

test('TF_CPP_MIN_LOG_LEVEL=0 shows all that TensorFlow has to say', async t => {
	const { stderr } = await runModule('tf.ones([2]).dispose()', { TF_CPP_MIN_LOG_LEVEL: '0' });
	t.regex(stderr, /This TensorFlow binary is optimized|oneDNN|absl::InitializeLog/);
});

test('removes start-up notes from a native log and keeps everything else', t => {
	const log = [
		'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
		'I0000 00:00:1795294869.357163    6914 port.cc:153] oneDNN custom operations are on. You may see …',
		'E0000 00:00:1795294869.357163    6914 cuda.cc:1] something is wrong',
		'W0000 oneDNN custom operations are on.',
		'',
	].join('\n');
	t.is(
		withoutStartUpNotes(log),
		'E0000 00:00:1795294869.357163    6914 cuda.cc:1] something is wrong\nW0000 oneDNN custom operations are on.\n',
	);
	t.is(withoutStartUpNotes(''), '');
});

test('importing loads nothing; using it without a runtime says what to do', async t => {
	const variables = {
		FEWER_LABELS_CACHE: mkdtempSync(path.join(tmpdir(), 'fewer-labels-none-')),
		FEWER_LABELS_RUNTIME: '',
	};
	const { stdout } = await runModule("console.log('imported')", variables);
	t.is(stdout, 'imported\n');
	const code = 'try { tf.ones } catch (error) { console.log(error.exitCode, error.message, error.fix) }';
	const used = await runModule(code, variables);
	t.regex(
		used.stdout,
		/^7 TensorFlow: no native runtime is provisioned on this machine run `npx fewer-labels setup`/,
	);
});
