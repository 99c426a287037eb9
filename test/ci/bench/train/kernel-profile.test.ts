import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { profileKernels, totalByKernel } from '../../../../ci/bench/train/kernel-profile.ts';
import { countNativeCalls } from '../../../../ci/bench/train/native-calls.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';

test('kernels are listed with shapes, calls and times, most expensive first', t => {
	const before = tf.memory().numTensors;
	const kernels = profileKernels(() =>
		tf.tidy(() => {
			const large: Tensor2D = tf.ones([700, 700]);
			tf.matMul(tf.matMul(large, large), large);
			tf.square(tf.scalar(2));
		}),
	);
	t.is(tf.memory().numTensors, before);
	const [first] = kernels;
	t.regex(first.kernel, /MatMul/u);
	t.is(first.shapes, '700×700, 700×700');
	t.is(first.calls, 2);
	t.true(first.milliseconds > 0);
	t.is(kernels.find(({ kernel }) => kernel === 'Square')!.shapes, 'scalar');
});

test('the backend is as before afterwards, also after an error', t => {
	const backend = tf.backend() as unknown as { executeSingleOutput: unknown; binding: unknown };
	const { executeSingleOutput, binding } = backend;
	const failing = () => {
		throw new Error('inside');
	};
	t.throws(() => profileKernels(failing), { message: 'inside' });
	t.throws(() => countNativeCalls(failing), { message: 'inside' });
	t.is(backend.executeSingleOutput, executeSingleOutput);
	t.is(backend.binding, binding);
});

test('totals add up over shapes', t => {
	const entry = { kernel: 'Add', calls: 1, milliseconds: 2, processorMilliseconds: 3 };
	const other = { kernel: 'Mul', shapes: '1', calls: 1, milliseconds: 5, processorMilliseconds: 5 };
	t.deepEqual(totalByKernel([{ ...entry, shapes: '1' }, other, { ...entry, shapes: '2' }]), [
		{ ...other, shapes: '' },
		{ kernel: 'Add', shapes: '', calls: 2, milliseconds: 4, processorMilliseconds: 6 },
	]);
});

test('native calls are counted', t => {
	const { result, calls } = countNativeCalls(() => tf.tidy(() => tf.add(tf.square(3), 1).dataSync()[0]));
	t.is(result, 10);
	t.is(calls, 2);
});
