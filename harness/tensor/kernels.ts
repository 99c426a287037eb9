import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from './tensorflow.ts';

/** A TensorFlow operation attribute with its type, which the native runtime needs and cannot guess. */
export type KernelAttribute =
	| { readonly type: 'float32' | 'int32' }
	| { readonly int: number | readonly number[] }
	| { readonly float: number }
	| { readonly bool: boolean }
	| { readonly string: string };

export type KernelAttributes = Readonly<Record<string, KernelAttribute>>;

/** The part of the native backend of TensorFlow.js that runs an operation by name. */
interface NativeBackend {
	readonly binding: Readonly<Record<string, number>>;
	executeMultipleOutputs(
		name: string,
		attributes: ReadonlyArray<{ name: string; type: number; value: unknown }>,
		inputs: readonly Tensor[],
		outputs: number,
	): Tensor[];
}

/**
 * Runs a TensorFlow operation, also one that TensorFlow.js does not wrap. It is not recorded for gradients: call
 * it inside `defineOperation` or `tf.customGrad`, or where no gradient is wanted.
 *
 * @param name TensorFlow's name of the operation, for example `FusedBatchNormV3`
 * @param outputs number of outputs of the operation, default 1
 */
export function runKernel(
	name: string,
	attributes: KernelAttributes,
	inputs: readonly Tensor[],
	outputs = 1,
): Tensor[] {
	const backend = tf.backend() as unknown as NativeBackend;
	const natives = Object.entries(attributes).map(([key, attribute]) =>
		nativeAttribute(key, attribute, backend.binding),
	);
	return backend.executeMultipleOutputs(name, natives, inputs, outputs);
}

function nativeAttribute(
	name: string,
	attribute: KernelAttribute,
	binding: Readonly<Record<string, number>>,
) {
	if ('type' in attribute) {
		const value = attribute.type === 'float32' ? binding.TF_FLOAT : binding.TF_INT32;
		return { name, type: binding.TF_ATTR_TYPE, value };
	}
	if ('int' in attribute) return { name, type: binding.TF_ATTR_INT, value: attribute.int };
	if ('float' in attribute) return { name, type: binding.TF_ATTR_FLOAT, value: attribute.float };
	if ('bool' in attribute) return { name, type: binding.TF_ATTR_BOOL, value: attribute.bool };
	return { name, type: binding.TF_ATTR_STRING, value: attribute.string };
}

/** A differentiable operation over native kernels; `Input` names its tensor arguments. */
export interface OperationDefinition<Input extends string, Options extends object> {
	/** Unique in this program; shown in error messages of TensorFlow.js. */
	readonly name: string;
	readonly forward: (inputs: Readonly<Record<Input, Tensor>>, options: Options) => Tensor[];
	/** Inputs that the gradient needs again. Default none. */
	readonly savedInputs?: readonly Input[];
	/** Which outputs the gradient needs again, in their order. Default none. */
	readonly savedOutputs?: readonly boolean[];
	/**
	 * One function per input, called only if that input's gradient is wanted. The function must not return
	 * `upstream` itself but a clone, and what it computes is freed before the next input's function is called.
	 *
	 * @param upstream gradients of the outputs, in their order
	 * @param saved the saved inputs, then the saved outputs
	 */
	readonly gradient: (
		upstream: readonly Tensor[],
		saved: readonly Tensor[],
		options: Options,
	) => Record<Input, () => Tensor>;
}

/**
 * Makes a function of a differentiable operation. Unlike `tf.customGrad` it can have several outputs, and it
 * computes the gradients of only those inputs that need one: half the backward work of the discriminator when
 * the generator is trained.
 */
export function defineOperation<Input extends string, Options extends object>(
	definition: OperationDefinition<Input, Options>,
): (inputs: Readonly<Record<Input, Tensor>>, options: Options) => Tensor[] {
	const kernelName = `FewerLabels/${definition.name}`;
	let registered = false;
	const register = (): void => {
		registered = true;
		tf.registerKernel({
			kernelName,
			backendName: tf.getBackend(),
			kernelFunc: ({ inputs, attrs }) =>
				tf.tidy(() => definition.forward(inputs as Record<Input, Tensor>, attrs as unknown as Options)),
		});
		tf.registerGradient({
			kernelName,
			inputsToSave: [...(definition.savedInputs ?? [])],
			outputsToSave: [...(definition.savedOutputs ?? [])],
			gradFunc: (upstream, saved, attrs) =>
				definition.gradient(
					Array.isArray(upstream) ? upstream : [upstream],
					saved,
					attrs as unknown as Options,
				),
		});
	};
	return (inputs, options) => {
		// Not before the first call: registering loads TensorFlow.
		if (!registered) register();
		const outputs = tf.engine().runKernel(kernelName, inputs, options as never) as Tensor | Tensor[];
		return Array.isArray(outputs) ? outputs : [outputs];
	};
}
