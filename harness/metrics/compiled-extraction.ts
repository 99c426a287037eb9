import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { type CompiledStep, compile } from '../tensor/compile/compile.ts';

type Extract = (images: Tensor4D) => { features: Tensor2D; logits: Tensor2D };

export interface CompiledExtraction {
	readonly extract: Extract;
	/** Frees the graph; the network itself stays. */
	dispose(): void;
}

export interface CompiledExtractionOptions {
	/**
	 * Batches of one size that run operation by operation before that size is compiled, default 8: compiling costs
	 * about as much as it saves on a few hundred images.
	 */
	readonly patience?: number;
}

/**
 * A network's `extract` as one TensorFlow graph for batches of the size that comes again and again; other sizes (the
 * last batch, say) run operation by operation. The numbers are the same bit for bit: the graph has the same kernels.
 *
 * @param extract a function of the images and of weights that do not change; the graph keeps a copy of them
 */
export function compileExtraction(
	extract: Extract,
	{ patience = 8 }: CompiledExtractionOptions = {},
): CompiledExtraction {
	let size = '';
	let seen = 0;
	let program: CompiledStep | undefined;
	let compiledSize = '';
	return {
		extract(images) {
			const shape = `${images.shape}`;
			if (program && shape === compiledSize) {
				return program({ images }) as { features: Tensor2D; logits: Tensor2D };
			}
			seen = shape === size ? seen + 1 : 1;
			size = shape;
			if (!program && seen > patience) {
				const step = (inputs: Readonly<Record<string, unknown>>) => ({
					...extract(inputs.images as Tensor4D),
				});
				program = compile(step, { state: new Map(), inputs: { images: { shape: images.shape } } });
				compiledSize = shape;
				return program({ images }) as { features: Tensor2D; logits: Tensor2D };
			}
			return extract(images);
		},
		dispose() {
			program?.dispose();
			program = undefined;
		},
	};
}
