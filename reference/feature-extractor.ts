import { z } from 'zod';
import { sizeOfShape } from '../methods/networks/parameters.ts';
import { type Frozen, readReference } from './read-reference.ts';

const count = z.number().int().positive();

const tensorSchema = z
	.strictObject({
		name: z.string(),
		/** Kernels HWIO, matrices [in, out]. */
		shape: z.array(count),
		/** Elements. */
		size: count,
	})
	.refine(tensor => tensor.size === sizeOfShape(tensor.shape), 'size is not the product of shape');

const networkSchema = z
	.strictObject({
		/** Of the root, in 16 channels; 4 is the standard ResNet-50, 16 the paper's. */
		widening: count,
		total: count,
		/** In order of use. */
		tensors: z.array(tensorSchema).min(1),
	})
	.refine(
		network => network.total === network.tensors.reduce((sum, tensor) => sum + tensor.size, 0),
		'total is not the sum of the sizes',
	)
	.refine(
		network => new Set(network.tensors.map(({ name }) => name)).size === network.tensors.length,
		'a name stands twice',
	);

/** Layout of feature-extractor-tensors.json, which ci/golden/feature-extractor-tensors.py writes. */
const extractorTensorsSchema = z.strictObject({
	schemaVersion: z.literal(1),
	paper: z.string(),
	/** Where the shapes come from: the paper prints none. */
	source: z.string(),
	networks: z.array(networkSchema).min(1),
});
export type ExtractorTensors = Frozen<z.infer<typeof extractorTensorsSchema>>;

/** The feature extractor of §3.1 with both heads, tensor by tensor, at the standard width and the paper's. */
export function readExtractorTensors(): ExtractorTensors {
	return readReference('feature-extractor-tensors', extractorTensorsSchema);
}
