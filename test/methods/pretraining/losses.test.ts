import { readFileSync } from 'node:fs';
import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { jointLoss, rotationCrossEntropy } from '../../../methods/pretraining/losses.ts';
import { assertClose, type GoldenTensor, toTensor } from '../networks/support/golden.ts';

interface Golden {
	readonly rotations: GoldenTensor;
	readonly classes: GoldenTensor;
	readonly labels: GoldenTensor;
	readonly gamma: number;
	readonly equation1: { readonly value: number; readonly gradient: GoldenTensor };
	readonly equation2: {
		readonly value: number;
		readonly classTerm: number;
		readonly rotationGradient: GoldenTensor;
		readonly classGradient: GoldenTensor;
	};
}

const golden = JSON.parse(
	readFileSync(new URL('../../fixtures/pretraining/losses.json', import.meta.url), 'utf8'),
) as Golden;
const weights = { rotation: 1, class: golden.gamma };
const matrix = (tensor: GoldenTensor): Tensor2D => toTensor(tensor) as Tensor2D;

test('Eq. 1 and its gradient equal JAX', t => {
	const before = tf.memory().numTensors;
	tf.tidy(() => {
		const { value, grad } = tf.valueAndGrad(x => rotationCrossEntropy(x as Tensor2D))(
			matrix(golden.rotations),
		);
		assertClose(t, value.dataSync(), [golden.equation1.value], 'value');
		assertClose(t, grad.dataSync(), golden.equation1.gradient.values, 'gradient', 1e-6);
	});
	t.is(tf.memory().numTensors, before);
});

test('Eq. 2, its terms and its gradients equal JAX', t => {
	const before = tf.memory().numTensors;
	tf.tidy(() => {
		const compute = (rotations: Tensor2D, classes: Tensor2D) =>
			jointLoss({ rotations, classes }, matrix(golden.labels), weights);
		const { value, grads } = tf.valueAndGrads((a, b) => compute(a as Tensor2D, b as Tensor2D).total)([
			matrix(golden.rotations),
			matrix(golden.classes),
		]);
		const terms = compute(matrix(golden.rotations), matrix(golden.classes));
		assertClose(t, value.dataSync(), [golden.equation2.value], 'value');
		assertClose(t, terms.class.dataSync(), [golden.equation2.classTerm], 'class term');
		assertClose(t, terms.rotation.dataSync(), [golden.equation1.value], 'rotation term');
		assertClose(t, grads[0].dataSync(), golden.equation2.rotationGradient.values, 'rotations', 1e-6);
		assertClose(t, grads[1].dataSync(), golden.equation2.classGradient.values, 'classes', 1e-6);
	});
	t.is(tf.memory().numTensors, before);
});

test('without labelled images Eq. 2 is Eq. 1, and its class term is 0', t => {
	tf.tidy(() => {
		const rotations = matrix(golden.rotations);
		const loss = jointLoss({ rotations, classes: tf.zeros([0, 3]) }, tf.zeros([0, 3]), weights);
		t.is(loss.class.dataSync()[0], 0);
		t.is(loss.total.dataSync()[0], rotationCrossEntropy(rotations).dataSync()[0]);
	});
});

test('rows without a label cost nothing and are not counted', t => {
	tf.tidy(() => {
		const rotations = matrix(golden.rotations);
		const classes: Tensor2D = tf.tensor2d([2, 0, 9, 9, 2, 0, 9, 9, 2, 0, 9, 9, 2, 0, 9, 9], [8, 2]);
		const one = tf.tensor2d([1, 0, 0, 0], [2, 2]);
		const expected = Math.log(1 + Math.exp(-2));
		const loss = jointLoss({ rotations, classes }, one, weights);
		t.true(Math.abs(loss.class.dataSync()[0] - expected) < 1e-6);
		const none = jointLoss({ rotations, classes }, tf.zeros([2, 2]), weights);
		t.is(Math.abs(none.class.dataSync()[0]), 0);
	});
});

test('the four copies of a labelled image keep its label', t => {
	tf.tidy(() => {
		// Two labelled images of classes 0 and 1: rows are both upright, both turned by 90°, and so on.
		const right = tf.tensor2d([50, 0, 0, 50, 50, 0, 0, 50, 50, 0, 0, 50, 50, 0, 0, 50], [8, 2]);
		const labels = tf.tensor2d([1, 0, 0, 1], [2, 2]);
		const loss = jointLoss({ rotations: matrix(golden.rotations), classes: right }, labels, weights);
		t.true(loss.class.dataSync()[0] < 1e-6);
	});
});

for (const shape of [
	[3, 4],
	[0, 4],
	[4, 3],
] as const) {
	test(`rotation logits of shape [${shape}] are refused`, t => {
		t.throws(() => tf.tidy(() => rotationCrossEntropy(tf.zeros([...shape]))), {
			instanceOf: RangeError,
			message: `rotation logits: expected shape [4·n, 4], got [${shape}]`,
		});
	});
}
