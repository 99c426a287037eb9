import { z } from 'zod';
import { type Frozen, readReference } from '../../../reference/read-reference.ts';

const convolutionSchema = z.strictObject({
	index: z.number().int().positive(),
	/** Scope in the TensorFlow graph, for example `mixed_4/tower/conv_1`. */
	tf: z.string(),
	/** Module in pytorch-fid, for example `Mixed_6b.branch7x7_2`. */
	pt: z.string(),
	/** Height and width in pixels. */
	kernel: z.tuple([z.number().int().positive(), z.number().int().positive()]),
	inChannels: z.number().int().positive(),
	outChannels: z.number().int().positive(),
	stride: z.union([z.literal(1), z.literal(2)]),
	padding: z.enum(['valid', 'same']),
	/** Height and width of the map that it reads, in pixels. */
	inSize: z.number().int().positive(),
	/** Height and width of the map that it makes, in pixels. */
	outSize: z.number().int().positive(),
});

/** A convolution by its TensorFlow scope, the block's pooling, or convolutions side by side on one map. */
const stepSchema = z.union([z.string(), z.strictObject({ split: z.array(z.string()).min(2) })]);

const layersSchema = z.strictObject({
	source: z.string(),
	input: z.strictObject({ size: z.literal(299), resize: z.string(), sub: z.number(), mul: z.number() }),
	bnEps: z.number().positive(),
	stem: z.array(z.string()),
	convs: z.array(convolutionSchema).length(94),
	blocks: z
		.array(
			z.strictObject({
				type: z.enum(['A', 'B', 'C', 'D', 'E']),
				tf: z.string(),
				pt: z.string(),
				pool: z.enum(['avg3x3s1', 'max3x3s2valid', 'max3x3s1']),
				branches: z.array(z.array(stepSchema).min(1)).min(3),
				inChannels: z.number().int().positive(),
				outChannels: z.number().int().positive(),
			}),
		)
		.length(11),
	pool3: z.string(),
	fc: z.strictObject({
		tfWeights: z.string(),
		tfBiases: z.string(),
		ptWeight: z.string(),
		ptBias: z.string(),
		tfShape: z.tuple([z.number(), z.number()]),
	}),
	totals: z.strictObject({
		convWeights: z.number(),
		bnChannels: z.number(),
		fc: z.number(),
		allFloats: z.number(),
		gmacPerImage: z.number(),
	}),
});

export type InceptionLayers = Frozen<z.infer<typeof layersSchema>>;
export type InceptionBlock = InceptionLayers['blocks'][number];

/** The network of the graph `classify_image_graph_def.pb` of 2015-12-05, layer by layer; see `source` within. */
export function readInceptionLayers(): InceptionLayers {
	return readReference('inception-2015-layers', layersSchema);
}
