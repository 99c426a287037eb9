/** What one layer costs for one image; layers of a network in the order of use. */
export interface Layer {
	/** Scope of the layer's kernel, or what it computes. */
	readonly name: string;
	/** Multiply-adds of the forward pass. */
	readonly multiplyAdds: number;
	/**
	 * `kernel`: activations times a kernel. `product`: activations times activations (attention), whose backward pass
	 * has both gradients whatever is trained. `none`: multiplies nothing worth counting (norms, activations, sums).
	 */
	readonly kind: 'kernel' | 'product' | 'none';
	/** Whether it reads data (images, latents, labels), for which no gradient is needed while a network trains on it. */
	readonly readsData?: boolean;
	/** Elements that the forward pass keeps for the backward pass. */
	readonly kept: number;
	/** Elements of its output, which exists while the next layer runs. */
	readonly output: number;
	/**
	 * Elements that are alive at the end of a backward pass operation by operation, which every compiled step is once,
	 * when it is recorded: TensorFlow.js keeps the inputs of sums and pools too, and every gradient to the last.
	 */
	readonly recorded: number;
	/** As `recorded`, but only where the gradient goes on to what the network reads. Default 0. */
	readonly recordedTowardsData?: number;
	/** Elements of a kernel that is made of the parameter; it and its gradient exist once a batch. Default 0. */
	readonly madeKernel?: number;
	/** Elements that are alive only while its gradient is computed, operation by operation. Default 0. */
	readonly passing?: number;
}

/** Multiply-adds of a forward pass of one image. */
export const forwardOf = (layers: readonly Layer[]): number =>
	layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0);

/**
 * Multiply-adds of a backward pass of one image: the gradient of a kernel costs what the forward pass cost, that of
 * a layer's input as much again.
 *
 * @param trained whether the network's kernels have gradients
 * @param towardsData whether the gradient goes on to what the network reads, as when a generator trains through it
 */
export function backwardOf(
	layers: readonly Layer[],
	{ trained, towardsData }: { readonly trained: boolean; readonly towardsData: boolean },
): number {
	return layers.reduce((sum, { kind, multiplyAdds, readsData = false }) => {
		if (kind === 'product') return sum + 2 * multiplyAdds;
		const passes = (trained ? 1 : 0) + (towardsData || !readsData ? 1 : 0);
		return sum + passes * multiplyAdds;
	}, 0);
}

/** A convolution on a square map, with zero padding; `side` is that of the output. */
export function convolutionLayer(
	name: string,
	{
		side,
		size,
		inputs,
		outputs,
		...rest
	}: {
		readonly side: number;
		readonly size: number;
		readonly inputs: number;
		readonly outputs: number;
		/** Elements kept beside, default 0: layers here keep what they put out where it is needed. */
		readonly kept?: number;
		readonly recorded?: number;
		readonly recordedTowardsData?: number;
		readonly madeKernel?: number;
		readonly readsData?: boolean;
	},
): Layer {
	return {
		name,
		kind: 'kernel',
		multiplyAdds: side ** 2 * size ** 2 * inputs * outputs,
		kept: 0,
		recorded: 0,
		output: side ** 2 * outputs,
		...rest,
	};
}

/** A dense layer on one row an image. */
export function denseLayer(
	name: string,
	inputs: number,
	outputs: number,
	rest: { readonly readsData?: boolean; readonly kept?: number } = {},
): Layer {
	const multiplyAdds = inputs * outputs;
	return { name, kind: 'kernel', multiplyAdds, kept: 0, recorded: 2 * outputs, output: outputs, ...rest };
}

/** Something elementwise: no multiply-adds counted, but its output exists, and may be kept. */
export function elementwiseLayer(name: string, output: number, kept: number, recorded: number): Layer {
	return { name, kind: 'none', multiplyAdds: 0, kept, output, recorded };
}
