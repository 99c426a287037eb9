import test from 'ava';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { discriminatorHingeLoss, generatorHingeLoss } from '../../../methods/losses/hinge.ts';
import { assertGolden } from '../networks/support/golden.ts';

test('the discriminator loss and its gradients equal JAX', t => {
	assertGolden(t, 'hinge loss of the discriminator', ({ real, fake }) => discriminatorHingeLoss(real, fake));
});

test('the generator loss and its gradient equal JAX', t => {
	assertGolden(t, 'hinge loss of the generator', ({ fake }) => generatorHingeLoss(fake));
});

test('only logits on the wrong side of the margin cost', t => {
	const loss = tf.tidy(
		() => discriminatorHingeLoss(tf.tensor1d([1, 3]), tf.tensor1d([-1, -7])).dataSync()[0],
	);
	t.is(loss, 0);
	const undecided = tf.tidy(() => discriminatorHingeLoss(tf.tensor1d([0]), tf.tensor1d([0])).dataSync()[0]);
	t.is(undecided, 2);
});
