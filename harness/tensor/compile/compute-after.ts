import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { nativeBackend } from './native-backend.ts';

/**
 * The tensors, to be had in a compiled step only when others have been computed. TensorFlow runs whatever is ready:
 * parts of a computation that were meant to follow each other would run side by side, and what each of them needs
 * would exist at the same time. Operation by operation the order is that of the calls, and the tensors are returned
 * as they are.
 *
 * @returns the tensors in their order, not differentiable: call it inside a custom gradient
 */
export function computeAfter<const Tensors extends readonly Tensor[]>(
	tensors: Tensors,
	others: readonly Tensor[],
): Tensors {
	const backend = nativeBackend();
	const { binding } = backend;
	if (!binding.runAfter || others.length === 0) return tensors;
	const outputs = binding.runAfter(backend.getInputTensorIds(tensors), backend.getInputTensorIds(others));
	return outputs.map(output => backend.createOutputTensor(output)) as unknown as Tensors;
}
