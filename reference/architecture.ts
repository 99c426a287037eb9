import { z } from 'zod';
import { type Frozen, readReference } from './read-reference.ts';
import { provenance } from './sources.ts';

const multipliers = z.array(z.number().int().positive());
const notes = { errata: z.array(z.string()).optional(), ocrNote: z.string().optional() };

/** Layer, resampling (U up, D down, - none), output extent. */
const layerTable = z.strictObject({
	columns: z.tuple([z.literal('layer'), z.literal('rs'), z.literal('output')]),
	rows: z.array(z.tuple([z.string(), z.enum(['U', 'D', '-']), z.string()])).min(1),
	...notes,
	...provenance,
});

/** Layer, kernel [height, width, stride], resampling, output extent. */
const blockTable = z.strictObject({
	columns: z.tuple([z.literal('layer'), z.literal('kernel'), z.literal('rs'), z.literal('output')]),
	rows: z.array(z.tuple([z.string(), z.string(), z.enum(['U', 'D', '-']), z.string()])).min(1),
	lastBlock: z.string().optional(),
	...notes,
	...provenance,
});

const architectureSchema = z.strictObject({
	schemaVersion: z.literal(1),
	paper: z.string(),
	channelMultiplier: z.strictObject({ ch: z.number().int(), ...provenance }),
	table6_generator: layerTable,
	table7_discriminator: layerTable,
	table8_resblockDiscriminator: blockTable,
	table9_resblockGenerator: blockTable,
	/** What the released code does where the tables are silent. */
	codeDetails: z.strictObject({
		...provenance,
		items: z.strictObject({
			generatorChannelMultipliers: multipliers,
			discriminatorChannelMultipliers: multipliers,
			upsampling: z.string(),
			downsampling: z.string(),
			discriminatorFirstBlock: z.string(),
			lastGBatchNorm: z.string(),
			generatorOutput: z.string(),
			conditionalBatchNorm: z.string(),
			batchNorm: z.strictObject({
				epsilon: z.number(),
				decay: z.number(),
				useMovingAverages: z.boolean(),
				evaluation: z.string(),
				crossReplica: z.boolean(),
			}),
			spectralNorm: z.strictObject({
				powerIterations: z.number().int(),
				epsilon: z.number(),
				singularValue: z.string(),
				appliedTo: z.string(),
			}),
			initializer: z.string(),
			nonLocalBlock: z.strictObject({
				theta_phi_channels: z.string(),
				g_channels: z.string(),
				phi_g_maxpool: z.string(),
				output: z.string(),
				after: z.strictObject({ G: z.string(), D: z.string() }),
			}),
			embedY: z.string(),
			sharedWith: z.string(),
		}),
	}),
});

/** Tables 6 to 9 of arXiv 1903.02271v1, with their misprints noted, and the choices of the released code. */
export function readArchitecture(): Frozen<z.infer<typeof architectureSchema>> {
	return readReference('s3gan-architecture', architectureSchema);
}
