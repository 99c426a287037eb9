import { existsSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import {
	extractCudaWheel,
	extractTensorFlowWheel,
	isCudaWheel,
	readCudaRequirements,
} from '../../../../harness/tensor/provision/wheel.ts';

const wheels = fileURLToPath(new URL('../../../fixtures/wheels', import.meta.url));
const cpuWheel = path.join(wheels, 'tensorflow_cpu-9.9.9-cp312-cp312-manylinux_2_27_x86_64.whl');
const cudaWheel = path.join(wheels, 'tensorflow-9.9.9-cp312-cp312-manylinux_2_27_x86_64.whl');
const makeFolder = () => mkdtempSync(path.join(tmpdir(), 'fewer-labels-wheel-'));

function filesIn(folder: string): string[] {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter(name => statSync(path.join(folder, name)).isFile())
		.sort();
}

test('takes libraries and the needed headers out of a TensorFlow wheel, and nothing else', async t => {
	const folder = path.join(makeFolder(), 'runtime', 'deps');
	await extractTensorFlowWheel(cpuWheel, folder);
	t.deepEqual(filesIn(folder), [
		'include/tensorflow/c/c_api.h',
		'include/tensorflow/core/platform/ctstring_internal.h',
		'include/xla/tsl/c/tsl_status.h',
		'lib/libtensorflow_cc.so.2',
		'lib/libtensorflow_framework.so.2',
	]);
});

test('an entry that points outside the folder is not written', async t => {
	const parent = makeFolder();
	await extractTensorFlowWheel(cpuWheel, path.join(parent, 'deps'));
	t.false(existsSync(path.join(parent, 'escape.h')));
	t.deepEqual(readdirSync(parent), ['deps']);
});

test('refuses a wheel of another package', async t => {
	const other = path.join(wheels, 'other-1.0-py3-none-any.whl');
	const error = await t.throwsAsync(extractTensorFlowWheel(other, makeFolder()), { instanceOf: UsageError });
	t.true(error.message.startsWith(`${other}: expected a TensorFlow wheel for Linux`));
});

test('takes shared libraries and compiler files out of a CUDA wheel, without headers and spare builds', async t => {
	const folder = makeFolder();
	await extractCudaWheel(path.join(wheels, 'nvidia_cublas_cu12-12.9.9-py3-none-any.whl'), folder);
	await extractCudaWheel(path.join(wheels, 'nvidia_cuda_nvcc_cu12-12.9.9-py3-none-any.whl'), folder);
	t.deepEqual(filesIn(folder), [
		'nvidia/cublas/lib/libcublas.so.12',
		'nvidia/cuda_nvcc/bin/ptxas',
		'nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc',
	]);
	t.is(statSync(path.join(folder, 'nvidia/cuda_nvcc/bin/ptxas')).mode & 0o111, 0o111);
});

test('lists the CUDA wheels that TensorFlow wants, as pip requirements', async t => {
	t.deepEqual(await readCudaRequirements(cudaWheel), [
		'nvidia-cublas-cu12<13.0,>=12.5.3.2',
		'nvidia-cuda-nvcc-cu12<13.0,>=12.5.82',
	]);
});

test('tells a CUDA build from a CPU build', async t => {
	t.true(await isCudaWheel(cudaWheel));
	t.false(await isCudaWheel(cpuWheel));
});
