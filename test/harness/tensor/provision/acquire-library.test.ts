import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import {
	AcquisitionError,
	acquireLibrary,
	type LibrarySource,
} from '../../../../harness/tensor/provision/acquire-library.ts';
import { createSteps } from '../../../../harness/tensor/provision/steps.ts';
import { makeEnvironment } from './fake-programs.ts';

const wheels = fileURLToPath(new URL('../../../fixtures/wheels', import.meta.url));
const cpuWheel = 'tensorflow_cpu-9.9.9-cp312-cp312-manylinux_2_27_x86_64.whl';
const cudaWheel = 'tensorflow-9.9.9-cp312-cp312-manylinux_2_27_x86_64.whl';
const pipSource = (flavour: 'cpu' | 'cuda'): LibrarySource => ({
	kind: 'pip',
	requirement: flavour === 'cpu' ? 'tensorflow-cpu==9.9.9' : 'tensorflow==9.9.9',
	platformTag: 'manylinux_2_27_x86_64',
	flavour,
});

/** A python3 whose pip "downloads" the fixture that a requirement names, and counts its downloads in a file. */
const fakePython = (log: string) => `
case "$*" in *--version*) echo "pip 99"; exit 0;; esac
while [ "$1" != "--dest" ]; do shift; done
echo "$3" >> "${log}"
case "$3" in
	tensorflow-cpu*) file="${cpuWheel}";;
	tensorflow==*) file="${cudaWheel}";;
	nvidia-cublas-cu12*) file=nvidia_cublas_cu12-12.9.9-py3-none-any.whl;;
	nvidia-cuda-nvcc-cu12*) file=nvidia_cuda_nvcc_cu12-12.9.9-py3-none-any.whl;;
esac
exec /bin/cp "${wheels}/$file" "$2"`;

function makeRuntime() {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-acquire-'));
	const log = path.join(mkdtempSync(path.join(tmpdir(), 'fewer-labels-log-')), 'log');
	const environment = makeEnvironment({ python3: fakePython(log) });
	const report = () => {};
	const acquire = (source: LibrarySource) =>
		acquireLibrary({ source, folder, environment, report, step: createSteps(folder, report) });
	const downloads = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
	return { folder, acquire, downloads, library: path.join(folder, 'deps', 'lib', 'libtensorflow_cc.so.2') };
}

test('brings a library from pip and removes the wheel afterwards', async t => {
	const { folder, acquire, downloads, library } = makeRuntime();
	t.deepEqual(await acquire(pipSource('cpu')), [cpuWheel]);
	t.deepEqual(downloads(), ['tensorflow-cpu==9.9.9']);
	t.true(existsSync(library));
	t.deepEqual(readdirSync(folder).sort(), ['.steps', 'deps']);
});

test('brings the CUDA wheels that TensorFlow lists, one after the other', async t => {
	const { folder, acquire, downloads } = makeRuntime();
	t.deepEqual(await acquire(pipSource('cuda')), [
		cudaWheel,
		'nvidia_cublas_cu12-12.9.9-py3-none-any.whl',
		'nvidia_cuda_nvcc_cu12-12.9.9-py3-none-any.whl',
	]);
	t.deepEqual(downloads(), [
		'tensorflow==9.9.9',
		'nvidia-cublas-cu12<13.0,>=12.5.3.2',
		'nvidia-cuda-nvcc-cu12<13.0,>=12.5.82',
	]);
	t.true(existsSync(path.join(folder, 'deps', 'nvidia', 'cublas', 'lib', 'libcublas.so.12')));
	t.deepEqual(readdirSync(folder).sort(), ['.steps', 'deps']);
});

test('does nothing again once all is there, and gives the same answer', async t => {
	const { acquire, downloads } = makeRuntime();
	const first = await acquire(pipSource('cuda'));
	t.deepEqual(await acquire(pipSource('cuda')), first);
	t.is(downloads().length, 3);
});

test('uses the CUDA wheels that lie beside a given wheel, without a download, and keeps them', async t => {
	const { folder, acquire, downloads } = makeRuntime();
	const file = path.join(wheels, cudaWheel);
	t.is((await acquire({ kind: 'wheel', file, flavour: 'cuda' })).length, 3);
	t.deepEqual(downloads(), []);
	t.true(existsSync(path.join(folder, 'deps', 'nvidia', 'cuda_nvcc', 'bin', 'ptxas')));
	t.true(existsSync(path.join(wheels, 'nvidia_cublas_cu12-12.9.9-py3-none-any.whl')));
	t.true(existsSync(file));
});

test('links a folder that is given', async t => {
	const { acquire, library } = makeRuntime();
	const libraries = mkdtempSync(path.join(tmpdir(), 'fewer-labels-given-'));
	mkdirSync(path.join(libraries, 'include'));
	const given = makeRuntime();
	await given.acquire(pipSource('cpu'));
	const source = {
		kind: 'folder',
		libraries: path.dirname(given.library),
		include: path.join(libraries, 'include'),
		nvidia: undefined,
		flavour: 'cpu',
	} as const;
	t.deepEqual(await acquire(source), [source.libraries]);
	t.deepEqual(readFileSync(library), readFileSync(given.library));
});

test('a failed download is told apart, so that another source can be tried', async t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-acquire-'));
	const report = () => {};
	const failing = acquireLibrary({
		source: pipSource('cpu'),
		folder,
		environment: makeEnvironment(),
		report,
		step: createSteps(folder, report),
	});
	const error = await t.throwsAsync(failing, { instanceOf: AcquisitionError });
	t.is(error.exitCode, 7);
	t.regex(error.message, /no python3 or pip/);
});
