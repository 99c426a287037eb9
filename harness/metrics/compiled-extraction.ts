import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { compileRepeated, type RepeatedStepOptions } from '../tensor/compile/compile-repeated.ts';

type Extract = (images: Tensor4D) => { features: Tensor2D; logits: Tensor2D };

export interface CompiledExtraction {
	readonly extract: Extract;
	/** Frees the graph; the network itself stays. */
	dispose(): void;
}

/**
 * A network's `extract` as one TensorFlow graph for batches of a size that comes again and again, see
 * `compileRepeated`; the last batch, say, runs operation by operation. The numbers are the same bit for bit.
 *
 * @param extract a function of the images and of weights that do not change; the graph keeps a copy of them
 */
export function compileExtraction(extract: Extract, options: RepeatedStepOptions = {}): CompiledExtraction {
	const step = compileRepeated(({ images }) => ({ ...extract(images as Tensor4D) }), options);
	return {
		extract: images => step({ images }) as { features: Tensor2D; logits: Tensor2D },
		dispose: step.dispose,
	};
}
