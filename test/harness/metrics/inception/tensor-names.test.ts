import test from 'ava';
import { inceptionTensors } from '../../../../harness/metrics/inception/tensor-names.ts';

test('there are 472 tensors of 23,885,392 numbers, each with one name in either world', t => {
	const tensors = inceptionTensors();
	t.is(tensors.length, 472);
	const size = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);
	t.is(
		tensors.reduce((sum, { shape }) => sum + size(shape), 0),
		23_885_392,
	);
	t.true(tensors.every(({ shape, pytorchShape }) => size(shape) === size(pytorchShape)));
	t.is(new Set(tensors.map(({ name }) => name)).size, 472);
	t.is(new Set(tensors.map(({ pytorchName }) => pytorchName)).size, 472);
});

test('names and shapes are those of the graph and of pytorch-fid', t => {
	const find = (wanted: string) => inceptionTensors().find(({ name }) => name === wanted);
	t.deepEqual(find('mixed_4/tower/conv_1/conv2d_params'), {
		name: 'mixed_4/tower/conv_1/conv2d_params',
		pytorchName: 'Mixed_6b.branch7x7_2.conv.weight',
		shape: [1, 7, 128, 128],
		pytorchShape: [128, 128, 1, 7],
		role: 'kernel',
	});
	t.like(find('conv/batchnorm/moving_variance'), {
		pytorchName: 'Conv2d_1a_3x3.bn.running_var',
		shape: [32],
	});
	t.like(find('conv/batchnorm/gamma'), { pytorchName: 'Conv2d_1a_3x3.bn.weight', role: 'vector' });
	t.like(find('softmax/weights'), {
		pytorchName: 'fc.weight',
		shape: [2048, 1008],
		pytorchShape: [1008, 2048],
	});
});
