/** How a parameter is drawn before training. `normal` has standard deviation 0.02. */
export type Initializer = 'orthogonal' | 'normal' | 'glorot-normal' | 'zeros' | 'ones';

/** One trainable tensor of a network, described without being allocated. */
export interface ParameterSpec {
	/** The paper's tensor name with its underscores (Tables 10 and 11), without TensorFlow's `:0`. */
	readonly name: string;
	/** TensorFlow's order: kernels HWIO, matrices [in, out]; [] is a scalar. */
	readonly shape: readonly number[];
	readonly initializer: Initializer;
	/** Whether the tensor is divided by its largest singular value whenever it is used. */
	readonly spectralNorm: boolean;
}

/** A network as a list of parameters, in the order of the paper's tables. */
export interface NetworkDescription {
	readonly name: string;
	readonly parameters: readonly ParameterSpec[];
}

/** Number of elements of a tensor of this shape; 1 for a scalar. */
export function sizeOfShape(shape: readonly number[]): number {
	return shape.reduce((product, extent) => product * extent, 1);
}

/** Number of trainable elements of a network. */
export function countParameters(network: NetworkDescription): number {
	return network.parameters.reduce((total, parameter) => total + sizeOfShape(parameter.shape), 0);
}
