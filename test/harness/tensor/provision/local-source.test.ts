import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import {
	findWheel,
	inspectLocalSource,
	linkLocalSource,
} from '../../../../harness/tensor/provision/local-source.ts';

const wheels = fileURLToPath(new URL('../../../fixtures/wheels', import.meta.url));
const makeFolder = () => mkdtempSync(path.join(tmpdir(), 'fewer-labels-source-'));

function write(file: string, content = ''): void {
	mkdirSync(path.dirname(file), { recursive: true });
	writeFileSync(file, content);
}

/** An installed tensorflow package; its framework library calls the NVIDIA driver if `cuda`. */
function makeInstalled(cuda: boolean): string {
	const packages = makeFolder();
	const folder = path.join(packages, 'tensorflow');
	write(path.join(folder, 'libtensorflow_cc.so.2'), 'cc');
	// The name may lie across two reads of the file.
	const padding = 'x'.repeat((1 << 22) - 5);
	write(path.join(folder, 'libtensorflow_framework.so.2'), `${padding}${cuda ? 'cuModuleLoadData' : ''}`);
	write(path.join(folder, 'include', 'tensorflow', 'c', 'c_api.h'));
	if (cuda) write(path.join(packages, 'nvidia', 'cublas', 'lib', 'libcublas.so.12'));
	return folder;
}

test('recognises a wheel and its flavour', async t => {
	const cpu = path.join(wheels, 'tensorflow_cpu-9.9.9-cp312-cp312-manylinux_2_27_x86_64.whl');
	const cuda = path.join(wheels, 'tensorflow-9.9.9-cp312-cp312-manylinux_2_27_x86_64.whl');
	t.deepEqual(await inspectLocalSource(cpu), { kind: 'wheel', file: cpu, flavour: 'cpu' });
	t.like(await inspectLocalSource(cuda), { kind: 'wheel', flavour: 'cuda' });
});

test('recognises an installed package, by its folder or the one above, and its flavour', async t => {
	const cpu = makeInstalled(false);
	const expected = { kind: 'folder', libraries: cpu, include: path.join(cpu, 'include'), nvidia: undefined };
	t.deepEqual(await inspectLocalSource(cpu), { ...expected, flavour: 'cpu' } as never);
	t.deepEqual(await inspectLocalSource(path.dirname(cpu)), { ...expected, flavour: 'cpu' } as never);
	const cuda = makeInstalled(true);
	t.like(await inspectLocalSource(cuda), {
		flavour: 'cuda',
		nvidia: path.join(path.dirname(cuda), 'nvidia'),
	});
});

test('recognises a libtensorflow folder', async t => {
	const folder = makeFolder();
	write(path.join(folder, 'lib', 'libtensorflow.so.2'));
	write(path.join(folder, 'include', 'tensorflow', 'c', 'c_api.h'));
	t.like(await inspectLocalSource(folder), {
		kind: 'folder',
		libraries: path.join(folder, 'lib'),
		flavour: 'cpu',
	});
});

test('links libraries, headers and CUDA into a runtime, also over what is there', async t => {
	const source = await inspectLocalSource(makeInstalled(true));
	if (source.kind !== 'folder') return t.fail();
	const dependencies = path.join(makeFolder(), 'deps');
	mkdirSync(path.join(dependencies, 'lib'), { recursive: true });
	symlinkSync('/nonexistent', path.join(dependencies, 'lib', 'libtensorflow_cc.so.2'));
	linkLocalSource(source, dependencies);
	t.deepEqual(readdirSync(path.join(dependencies, 'lib')).sort(), [
		'libtensorflow_cc.so.2',
		'libtensorflow_framework.so.2',
	]);
	t.is(readFileSync(path.join(dependencies, 'lib', 'libtensorflow_cc.so.2'), 'utf8'), 'cc');
	t.is(readFileSync(path.join(dependencies, 'include', 'tensorflow', 'c', 'c_api.h'), 'utf8'), '');
	t.deepEqual(readdirSync(path.join(dependencies, 'nvidia')), ['cublas']);
});

const refused = [
	[
		'a path that does not exist',
		() => '/nonexistent/tf',
		/^--tensorflow .*: does not exist; expected a TensorFlow wheel/,
	],
	['a file that is no wheel', () => fileURLToPath(import.meta.url), /: not a wheel; expected/],
	[
		'a folder without libraries',
		makeFolder,
		/: no libtensorflow_cc\.so\.2 or libtensorflow\.so\.2 in it; expected/,
	],
	[
		'libraries without headers',
		() => {
			const folder = makeFolder();
			write(path.join(folder, 'lib', 'libtensorflow.so.2'));
			return folder;
		},
		/: no C headers in .*include; expected/,
	],
] as const;

for (const [name, make, message] of refused) {
	test(`refuses ${name}`, async t => {
		const error = await t.throwsAsync(inspectLocalSource(make()), { instanceOf: UsageError });
		t.regex(error.message, message);
		t.is(error.exitCode, 2);
	});
}

test('finds the wheel for a requirement among others, however it is spelt', t => {
	const found = findWheel(wheels, 'NVIDIA-cublas.cu12<13.0,>=12.5.3.2');
	t.is(found, path.join(wheels, 'nvidia_cublas_cu12-12.9.9-py3-none-any.whl'));
	t.is(findWheel(wheels, 'nvidia-cudnn-cu12'), undefined);
	t.is(findWheel(wheels, 'nvidia-cublas'), undefined);
});
