import { z } from 'zod';
import { sizeOfShape } from '../methods/networks/parameters.ts';
import { type Frozen, readReference } from './read-reference.ts';
import { provenance } from './sources.ts';

const count = z.number().int().positive();

const tensorSchema = z
	.strictObject({
		/** Row of the table, from 0. */
		index: z.number().int().nonnegative(),
		/** As printed: the typesetting lost the underscores. */
		name: z.string(),
		/** Name of the TensorFlow variable, with underscores and output number. */
		tfName: z.string().endsWith(':0'),
		/** Kernels HWIO, matrices [in, out]; [] is a scalar. */
		shape: z.array(count),
		/** Elements, as printed. */
		size: count,
	})
	.refine(tensor => tensor.size === sizeOfShape(tensor.shape), 'size is not the product of shape')
	.refine(
		tensor => tensor.name === tensor.tfName.replaceAll('_', ' '),
		'name and tfName differ in more than underscores',
	);

const tableSchema = z
	.strictObject({ total: count, tensors: z.array(tensorSchema).min(1) })
	.refine(
		table => table.total === table.tensors.reduce((sum, tensor) => sum + tensor.size, 0),
		'total is not the sum of the sizes',
	)
	.refine(
		table => table.tensors.every((tensor, row) => tensor.index === row),
		'the indices do not count the rows from 0',
	)
	.refine(
		table => new Set(table.tensors.map(tensor => tensor.tfName)).size === table.tensors.length,
		'a name stands twice',
	);

const totalsSchema = z.strictObject({
	discriminator: count,
	generator: count,
	zDim: count,
	attentionAfter: z.strictObject({ G: z.string(), D: z.string() }),
});

/** Layout of s3gan-tensors.json. */
export const tensorsSchema = z.strictObject({
	schemaVersion: z.literal(1),
	paper: z.string(),
	nameNote: z.string(),
	verification: z.strictObject({
		sizesEqualShapeProducts: z.literal(true),
		rowsDiscriminator: count,
		rowsGenerator: count,
		sumDiscriminator: count,
		sumGenerator: count,
		printedTotalDiscriminator: count,
		printedTotalGenerator: count,
		...provenance,
	}),
	/** Table 10, 128×128. */
	discriminator: tableSchema,
	/** Table 11, 128×128. */
	generator: tableSchema,
	notes: z.array(z.string()),
	/** Totals that no paper prints; they come from the released code. */
	otherResolutions: z.strictObject({ '256x256': totalsSchema, '512x512': totalsSchema, ...provenance }),
});
export type Tensors = Frozen<z.infer<typeof tensorsSchema>>;

/** Tables 10 and 11 of arXiv 1903.02271v1, tensor by tensor, and the totals of the released code at 256 and 512. */
export function readTensors(): Tensors {
	return readReference('s3gan-tensors', tensorsSchema);
}
