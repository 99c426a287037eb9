import { tf } from '../../../harness/tensor/tensorflow.ts';

/** A function of tfjs-node's native addon. */
export type NativeFunction = (...parameters: unknown[]) => unknown;

/** The functions of the addon through which all computing goes. */
export type ComputingFunction = 'executeOp' | 'runSavedModel';

type Binding = Readonly<Record<ComputingFunction, NativeFunction>>;

/**
 * Runs a computation while something stands between TensorFlow.js and the native library.
 *
 * @param around called instead of each native function, which it gets ready to be called
 */
function observeNativeCalls<Result>(
	compute: () => Result,
	around: (name: ComputingFunction, parameters: readonly unknown[], run: () => unknown) => unknown,
): Result {
	const backend = tf.backend() as unknown as { binding: Binding };
	const { binding } = backend;
	const observed =
		(name: ComputingFunction): NativeFunction =>
		(...parameters) =>
			around(name, parameters, () => binding[name](...parameters));
	// The addon's own object cannot be changed; everything that is not computing is inherited from it.
	backend.binding = Object.create(binding, {
		executeOp: { value: observed('executeOp') },
		runSavedModel: { value: observed('runSavedModel') },
	});
	try {
		return compute();
	} finally {
		backend.binding = binding;
	}
}

/** How often a computation calls TensorFlow: hundreds of times a step if eager, a handful if compiled. */
export function countNativeCalls<Result>(compute: () => Result): { result: Result; calls: number } {
	let calls = 0;
	const result = observeNativeCalls(compute, (_name, _parameters, run) => {
		calls += 1;
		return run();
	});
	return { result, calls };
}
