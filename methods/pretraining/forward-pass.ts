import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { compile } from '../../harness/tensor/compile/compile.ts';
import { tf } from '../../harness/tensor/tensorflow.ts';

/** What a frozen network says of batches of images. The caller disposes what it returns. */
export interface ForwardPass {
	/** @param images [n, height, width, 3] with n from 1 to the batch size */
	(images: Tensor4D): Tensor2D;
	/** Frees the graph; the network stays. */
	dispose(): void;
}

export interface ForwardPassOptions {
	/** Images that will be looked at, all in all. */
	readonly images: number;
	/** Images of a full batch. */
	readonly batchSize: number;
}

// Compiling takes about as long as it saves on this many batches.
const batchesWorthCompiling = 8;

/**
 * The forward pass of a frozen network for a known number of images: operation by operation for up to eight batches,
 * beyond that as one compiled graph of the full batch, which smaller batches are filled up for with zeros.
 *
 * All images go the same way, because the two ways round differently: TensorFlow's graph optimiser joins the batch
 * norms of inference with the convolutions before them. So features do not depend on the batch that an image is in,
 * and are the same whenever they are computed again.
 *
 * @param network [n, height, width, 3] to [n, d], by operations on tensors and weights that do not change
 */
export function openForwardPass(
	network: (images: Tensor4D) => Tensor2D,
	{ images: total, batchSize }: ForwardPassOptions,
): ForwardPass {
	if (total <= batchesWorthCompiling * batchSize) {
		return Object.assign((images: Tensor4D) => network(images), { dispose: () => {} });
	}
	let graph: ReturnType<typeof compile> | undefined;
	const run = (images: Tensor4D): Tensor2D => {
		const [count, ...shape] = images.shape;
		graph ??= compile(inputs => ({ rows: network(inputs.images as Tensor4D) }), {
			state: new Map(),
			inputs: { images: { shape: [batchSize, ...shape] } },
		});
		if (count === batchSize) return graph({ images }).rows as Tensor2D;
		const filling = [[0, batchSize - count], ...shape.map(() => [0, 0])] as [number, number][];
		return tf.tidy(() => {
			const { rows } = graph!({ images: tf.pad(images, filling) });
			return tf.slice(rows as Tensor2D, [0, 0], [count, -1]);
		});
	};
	return Object.assign(run, {
		dispose: () => {
			graph?.dispose();
			graph = undefined;
		},
	});
}
