import { readInceptionLayers } from '../layers.ts';
import { type FoundTensor, type FoundTensors, unreadable } from './found-tensors.ts';
import { type GraphNode, readGraphNodes, readTensorProto } from './graph-node.ts';

/** A convolution that runs otherwise than Inception's would give other features from the same weights. */
function requireInceptionConvolution(node: GraphNode, file: string): void {
	const layer = readInceptionLayers().convs.find(({ tf }) => `${tf}/Conv2D` === node.name);
	if (!layer) return;
	const { stride, padding } = layer;
	const strides = node.attributes.get('strides')?.integers ?? [];
	const found = node.attributes.get('padding')?.text ?? 'none';
	if (`${strides}` !== `${[1, stride, stride, 1]}` || found !== padding.toUpperCase()) {
		throw unreadable(
			file,
			`'${node.name}' has strides [${strides}] and padding ${found}, expected [${[1, stride, stride, 1]}] and ${padding.toUpperCase()}`,
		);
	}
}

/** As above, for the constant that is added to variances. */
function requireInceptionNormalization(node: GraphNode, file: string): void {
	const epsilon = node.attributes.get('variance_epsilon')?.float;
	const { bnEps } = readInceptionLayers();
	if (epsilon !== Math.fround(bnEps)) {
		throw unreadable(file, `'${node.name}' adds ${epsilon ?? 'nothing'} to variances, expected ${bnEps}`);
	}
}

/**
 * The constants of a frozen TensorFlow graph. Convolutions and normalisations that the graph holds are compared
 * with Inception's; where a normalisation does not scale (`scale_after_normalization` false, as in the published
 * graph), its γ is ones here whatever the graph stores, because the graph never reads it.
 *
 * @throws UsageError if the bytes are no graph, cut short, or a graph of another network
 */
export function readFrozenGraph(bytes: Buffer, file: string): FoundTensors {
	const found = new Map<string, FoundTensor>();
	const unscaled: string[] = [];
	try {
		for (const node of readGraphNodes(bytes)) {
			if (node.operation === 'Conv2D') requireInceptionConvolution(node, file);
			if (node.operation === 'BatchNormWithGlobalNormalization') {
				requireInceptionNormalization(node, file);
				// An attribute that is left out is false.
				if (!node.attributes.get('scale_after_normalization')?.bool) unscaled.push(`${node.name}/gamma`);
			}
			const content = node.operation === 'Const' ? node.attributes.get('value')?.tensor : undefined;
			if (content) found.set(node.name, readTensorProto(content));
		}
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
		throw unreadable(file, `as a TensorFlow graph it ${error.message}`, error);
	}
	if (found.size === 0)
		throw unreadable(file, 'it is no TensorFlow graph with constants, nor any other known format');
	for (const name of unscaled) {
		const gamma = found.get(name);
		if (gamma?.values) found.set(name, { ...gamma, values: new Float32Array(gamma.values.length).fill(1) });
	}
	return found;
}
