import { requireRuntime } from '../../tensor/runtime-location.ts';
import { loadNativeAddon } from '../../tensor/tensorflow.ts';

/** What the decoder asks of TensorFlow's addon. Tensors and graphs go by number. */
export interface DecoderBinding {
	readonly TF_STRING: number;
	readonly TF_INT32: number;
	readonly TF_FLOAT: number;
	readonly TF_UINT8: number;
	readonly TF_ATTR_INT: number;
	readonly TF_ATTR_TYPE: number;
	createTensor(shape: readonly number[], dtype: number, values: Int32Array | Uint8Array[]): number;
	deleteTensor(id: number): void;
	tensorDataSync(id: number): Float32Array | Int32Array;
	executeOp(
		name: string,
		attributes: ReadonlyArray<{ readonly name: string; readonly type: number; readonly value: unknown }>,
		inputs: readonly number[],
		outputs: number,
	): Array<{ readonly id: number; readonly shape: readonly number[] }>;
	loadSavedModel(folder: string, tags: string): number;
	deleteSavedModel(graph: number): void;
	runSavedModel(
		graph: number,
		inputs: readonly number[],
		names: string,
		outputs: string,
	): Array<{ readonly id: number; readonly shape: readonly number[] }>;
}

/**
 * TensorFlow's addon without TensorFlow.js. In a process that has not loaded TensorFlow yet, this decides about its
 * threads and hides GPUs from it: only for processes that do nothing but decode.
 *
 * @param threads pictures that are decoded at the same time
 */
export function loadDecoderBinding(threads: number): DecoderBinding {
	process.env.TF_NUM_INTEROP_THREADS = String(threads);
	process.env.TF_NUM_INTRAOP_THREADS = '1';
	process.env.CUDA_VISIBLE_DEVICES = '';
	// A picture that does not decode is told in our words, with its file.
	process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
	return loadNativeAddon(requireRuntime()) as DecoderBinding;
}

/** TensorFlow's addon in a process that uses TensorFlow for other things too: its settings are left alone. */
export const sharedDecoderBinding = (): DecoderBinding => loadNativeAddon(requireRuntime()) as DecoderBinding;
