import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../tensorflow.ts';

/** Attribute of an operation as tfjs-node hands it to the native library: `type` is one of TF_ATTR_…. */
export interface NativeAttribute {
	readonly name: string;
	readonly type: number;
	readonly value: unknown;
}

/** What the native library says of a tensor that it made. */
export interface NativeTensor {
	readonly id: number;
	readonly shape: readonly number[];
	/** TensorFlow's number of the type; 1 is float32, 3 int32, 10 bool. */
	readonly dtype: number;
}

type TensorData = Float32Array | Int32Array | Uint8Array;

/** Calls of the native addon that eager execution makes; tensors go by number, and numbers are not used twice. */
export interface NativeBinding {
	createTensor(shape: readonly number[], dtype: number | string, values: TensorData): number;
	deleteTensor(id: number): void;
	tensorDataSync(id: number): TensorData;
	executeOp(
		name: string,
		attributes: readonly NativeAttribute[],
		inputIds: readonly number[],
		outputs: number,
	): NativeTensor[];
	runSavedModel(
		session: number,
		inputIds: readonly number[],
		inputNames: string,
		outputNames: string,
	): NativeTensor[];
	readonly [constant: `TF_${string}`]: number;
	/**
	 * Not of the addon: there while a step is recorded. The tensors again, under new numbers, which in the graph wait
	 * for the others; see `computeAfter`.
	 */
	runAfter?(ids: readonly number[], others: readonly number[]): NativeTensor[];
}

/** The back end of tfjs-node as far as recording and sessions need it. */
export interface NativeBackend {
	/** Replaced while a step is recorded. */
	binding: NativeBinding;
	/** Uploads what is still in JavaScript. */
	getInputTensorIds(tensors: readonly Tensor[]): number[];
	createOutputTensor(tensor: NativeTensor): Tensor;
	readSync(dataId: object): TensorData;
	/** What asynchronous reads end in. Replaced while a step is recorded. */
	read(dataId: object): Promise<TensorData>;
	loadSavedModelMetaGraph(folder: string, tags: string): number;
	runSavedModel(
		session: number,
		inputs: readonly Tensor[],
		inputInfos: ReadonlyArray<{ readonly name: string }>,
		outputNames: readonly string[],
	): Tensor[];
	deleteSavedModel(session: number): void;
}

export const nativeBackend = (): NativeBackend => tf.backend() as unknown as NativeBackend;
