import { gatherStrided } from '../../../tensor/npy.ts';
import { type InceptionTensor, inceptionTensors } from '../tensor-names.ts';
import { type FloatTensor, type InceptionWeights, requireCompleteWeights } from '../weights.ts';
import { type FoundTensors, unreadable } from './found-tensors.ts';

/** From [out, in, height, width] and [out, in] to TensorFlow's order; vectors stay. */
function fromPyTorch(tensor: InceptionTensor, values: Float32Array): FloatTensor {
	const { shape, role } = tensor;
	if (role === 'vector') return { shape, values };
	if (role === 'matrix') {
		return { shape, values: gatherStrided(values, { shape, strides: [1, shape[0]], offset: 0 }) };
	}
	const [height, width, inChannels] = shape;
	const strides = [width, 1, height * width, inChannels * height * width];
	return { shape, values: gatherStrided(values, { shape, strides, offset: 0 }) };
}

/**
 * Inception's weights from tensors under TensorFlow's names or pytorch-fid's, told by the names themselves.
 * Tensors that Inception does not have are left out: counters of PyTorch's normalisation, other constants of the
 * graph.
 *
 * @param file name for error messages
 * @throws UsageError if a tensor is missing, has another shape or type than float32, or is not finite
 */
export function toInceptionWeights(found: FoundTensors, file: string): InceptionWeights {
	const tensors = inceptionTensors();
	const count = (names: readonly string[]): number => names.filter(name => found.has(name)).length;
	const here = count(tensors.map(({ name }) => name));
	const pytorch = count(tensors.map(({ pytorchName }) => pytorchName));
	if (here + pytorch === 0) {
		const [first = 'none'] = found.keys();
		throw unreadable(
			file,
			`none of its ${found.size} tensors is Inception's (the first is '${first}', expected names like '${tensors[0].name}' or '${tensors[0].pytorchName}')`,
		);
	}
	const isPyTorch = pytorch > here;
	const weights = new Map<string, FloatTensor>();
	for (const tensor of tensors) {
		const name = isPyTorch ? tensor.pytorchName : tensor.name;
		const expected = isPyTorch ? tensor.pytorchShape : tensor.shape;
		const tensorFound = found.get(name);
		if (!tensorFound) {
			throw unreadable(file, `it has no '${name}' (${Math.max(here, pytorch)} of 472 tensors are there)`);
		}
		const { shape, type, values } = tensorFound;
		if (!values) throw unreadable(file, `'${name}' is ${type}, expected float32`);
		if (`${shape}` !== `${expected}`) {
			throw unreadable(file, `'${name}' has shape [${shape}], expected [${expected}]`);
		}
		weights.set(tensor.name, isPyTorch ? fromPyTorch(tensor, values) : { shape: tensor.shape, values });
	}
	requireCompleteWeights(weights, file);
	return weights;
}
