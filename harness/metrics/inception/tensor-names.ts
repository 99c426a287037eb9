import { readInceptionLayers } from './layers.ts';

/** How the stored form of a tensor becomes ours. */
export type TensorRole = 'kernel' | 'vector' | 'matrix';

/** One of the 472 tensors of the network. */
export interface InceptionTensor {
	/** Its name here and in the TensorFlow graph, for example `mixed/conv/batchnorm/beta`. */
	readonly name: string;
	/** Its name in pytorch-fid, for example `Mixed_5b.branch1x1.bn.bias`. */
	readonly pytorchName: string;
	/** Its shape here and in the TensorFlow graph: kernels [height, width, in, out], the matrix [in, out]. */
	readonly shape: readonly number[];
	/** Its shape in PyTorch: kernels [out, in, height, width], the matrix [out, in]. */
	readonly pytorchShape: readonly number[];
	readonly role: TensorRole;
}

/** The four vectors of batch normalisation, as TensorFlow's graph and PyTorch call them. */
const vectors = [
	['beta', 'bias'],
	['gamma', 'weight'],
	['moving_mean', 'running_mean'],
	['moving_variance', 'running_var'],
] as const;

let known: readonly InceptionTensor[] | undefined;

/** Every tensor of the network, in the order of the layers: 94 kernels with their normalisation, then logits. */
export function inceptionTensors(): readonly InceptionTensor[] {
	known ??= listTensors();
	return known;
}

function listTensors(): readonly InceptionTensor[] {
	const { convs, fc } = readInceptionLayers();
	const tensors: InceptionTensor[] = [];
	for (const { tf, pt, kernel, inChannels, outChannels } of convs) {
		tensors.push({
			name: `${tf}/conv2d_params`,
			pytorchName: `${pt}.conv.weight`,
			shape: [...kernel, inChannels, outChannels],
			pytorchShape: [outChannels, inChannels, ...kernel],
			role: 'kernel',
		});
		for (const [name, pytorchName] of vectors) {
			tensors.push({
				name: `${tf}/batchnorm/${name}`,
				pytorchName: `${pt}.bn.${pytorchName}`,
				shape: [outChannels],
				pytorchShape: [outChannels],
				role: 'vector',
			});
		}
	}
	const [features, classes] = fc.tfShape;
	tensors.push(
		{
			name: fc.tfWeights,
			pytorchName: fc.ptWeight,
			shape: [features, classes],
			pytorchShape: [classes, features],
			role: 'matrix',
		},
		{
			name: fc.tfBiases,
			pytorchName: fc.ptBias,
			shape: [classes],
			pytorchShape: [classes],
			role: 'vector',
		},
	);
	return tensors;
}
