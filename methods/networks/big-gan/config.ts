import { UsageError } from '../../../harness/errors.ts';
import type { Initializer } from '../parameters.ts';
import { attentionHeadChannels, discriminatorBlocks, generatorBlocks } from './blocks.ts';

export const resolutions = [32, 64, 128, 256, 512] as const;

/** Width and height of the images, in pixels. */
export type Resolution = (typeof resolutions)[number];

/**
 * Sizes and documented ambiguities of the BigGAN generator and discriminator that S3GAN uses. Wherever the paper
 * leaves a choice open, the default is what the authors' code does; unless another file is named, that is
 * https://github.com/google/compare_gan/blob/master/compare_gan/architectures/resnet_biggan.py
 */
export interface BigGanConfig {
	/** Default 128. */
	readonly resolution: Resolution;
	/** Channel unit "ch" of Tables 6 and 7, default 96. */
	readonly channels: number;
	/**
	 * Elements of z, a multiple of the number of generator blocks + 1. Default 128 (32×32), 120 (64×64 and
	 * 128×128), 140 (256×256), 160 (512×512).
	 */
	readonly latentSize: number;
	/** Number of classes, default 1000. */
	readonly classes: number;
	/** Channels of an image, default 3. */
	readonly colours: number;
	/** Width of the class embedding that every conditional batch norm shares, default 128. */
	readonly embeddingSize: number;
	/**
	 * Added to the scale of conditional batch norm. Default 0: the scale is the bare linear map; official BigGAN
	 * code adds 1 (https://github.com/google/compare_gan/issues/54).
	 */
	readonly gammaOffset: 0 | 1;
	/**
	 * Default `zero-insertion`: values at even positions, zeros elsewhere, `unpool` of
	 * https://github.com/google/compare_gan/blob/master/compare_gan/architectures/resnet_ops.py. BigGAN's paper
	 * says nearest neighbour.
	 */
	readonly upsampling: 'zero-insertion' | 'nearest';
	/**
	 * Residual path of a discriminator block with equal input and output width. Default `none`: the code has no
	 * residual connection there (https://github.com/google/compare_gan/issues/50). `identity` adds the input.
	 */
	readonly equalWidthShortcut: 'none' | 'identity';
	/** How the discriminator reduces height and width to its features, default `sum` (Table 7). */
	readonly pooling: 'sum' | 'mean';
	/**
	 * Default 1e-5, the value of
	 * https://github.com/google/compare_gan/blob/master/example_configs/biggan_imagenet128.gin; the code's own
	 * default is 1e-3.
	 */
	readonly batchNormEpsilon: number;
	/** Of every kernel except the projection (always glorot-normal), default `orthogonal`. */
	readonly initializer: Extract<Initializer, 'orthogonal' | 'normal'>;
	/** Generator block that the non-local block follows. Default B4 (64, 128, 512), B5 (256), null (32). */
	readonly generatorAttention: string | null;
	/** Discriminator block that the non-local block follows. Default B1 (32, 64, 128), B2 (256), B3 (512). */
	readonly discriminatorAttention: string | null;
	/** Whether the discriminator is conditional (projection of the labels), default true. */
	readonly projection: boolean;
	/**
	 * Scope of the projection kernel. Default `discriminator_projection`, that of S3GAN and of Table 10; plain
	 * BigGAN in the authors' code has `discriminator/embedding_fc`.
	 */
	readonly projectionName: 'discriminator_projection' | 'discriminator/embedding_fc';
	/** Whether the discriminator also predicts rotations (S3GAN), default false. Not counted in Table 10. */
	readonly rotationHead: boolean;
	/** Whether the discriminator also predicts classes (the co-training methods), default false. */
	readonly classHead: boolean;
}

const latentSizes: Record<Resolution, number> = { 32: 128, 64: 120, 128: 120, 256: 140, 512: 160 };
// The code's default "B4" names no block of the 32×32 generator, which therefore has no attention.
const generatorAttentions: Record<Resolution, string | null> = {
	32: null,
	64: 'B4',
	128: 'B4',
	256: 'B5',
	512: 'B4',
};
const discriminatorAttentions: Record<Resolution, string> = {
	32: 'B1',
	64: 'B1',
	128: 'B1',
	256: 'B2',
	512: 'B3',
};

/**
 * A complete configuration: the paper's values at the given resolution, with these fields replaced.
 *
 * @throws UsageError naming the field, its value and what is allowed
 */
export function bigGanConfig(overrides: Partial<BigGanConfig> = {}): BigGanConfig {
	const resolution = overrides.resolution ?? 128;
	requireOneOf('resolution', resolution, resolutions);
	const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
	const config: BigGanConfig = {
		resolution,
		channels: 96,
		latentSize: latentSizes[resolution],
		classes: 1000,
		colours: 3,
		embeddingSize: 128,
		gammaOffset: 0,
		upsampling: 'zero-insertion',
		equalWidthShortcut: 'none',
		pooling: 'sum',
		batchNormEpsilon: 1e-5,
		initializer: 'orthogonal',
		generatorAttention: generatorAttentions[resolution],
		discriminatorAttention: discriminatorAttentions[resolution],
		projection: true,
		projectionName: 'discriminator_projection',
		rotationHead: false,
		classHead: false,
		...given,
	};
	validate(config);
	return config;
}

function validate(config: BigGanConfig): void {
	for (const field of ['channels', 'latentSize', 'classes', 'colours', 'embeddingSize'] as const) {
		if (!Number.isSafeInteger(config[field]) || config[field] < 1) {
			throw new UsageError(`BigGAN ${field}: expected a positive integer, got ${config[field]}`);
		}
	}
	if (!(config.batchNormEpsilon > 0 && config.batchNormEpsilon < 1)) {
		throw new UsageError(
			`BigGAN batchNormEpsilon: expected a number in (0, 1), got ${config.batchNormEpsilon}`,
		);
	}
	requireOneOf('gammaOffset', config.gammaOffset, [0, 1]);
	requireOneOf('upsampling', config.upsampling, ['zero-insertion', 'nearest']);
	requireOneOf('equalWidthShortcut', config.equalWidthShortcut, ['none', 'identity']);
	requireOneOf('pooling', config.pooling, ['sum', 'mean']);
	requireOneOf('initializer', config.initializer, ['orthogonal', 'normal']);
	requireOneOf('projectionName', config.projectionName, [
		'discriminator_projection',
		'discriminator/embedding_fc',
	]);

	const chunks = generatorBlocks(config).length + 1;
	if (config.latentSize % chunks !== 0) {
		const below = Math.max(chunks, config.latentSize - (config.latentSize % chunks));
		throw new UsageError(
			`BigGAN latentSize: expected a multiple of ${chunks} (generator blocks + 1) at ` +
				`${config.resolution}×${config.resolution}, got ${config.latentSize}`,
			`use ${below} or ${below + chunks}`,
		);
	}
	requireAttention('generatorAttention', config.generatorAttention, generatorBlocks(config));
	requireAttention('discriminatorAttention', config.discriminatorAttention, discriminatorBlocks(config));
}

function requireOneOf(field: string, value: unknown, allowed: readonly unknown[]): void {
	if (!allowed.includes(value)) {
		throw new UsageError(`BigGAN ${field}: expected one of ${allowed.map(String).join(', ')}, got ${value}`);
	}
}

function requireAttention(
	field: string,
	name: string | null,
	blocks: ReadonlyArray<{ readonly name: string; readonly outputChannels: number }>,
): void {
	if (name === null) return;
	requireOneOf(field, name, [null, ...blocks.map(block => block.name)]);
	const width = blocks.find(block => block.name === name)!.outputChannels;
	if (attentionHeadChannels(width) < 1) {
		throw new UsageError(
			`BigGAN ${field}: expected a block with at least 8 output channels, got ${name} with ${width}`,
			'use a larger `channels`, another block, or null for no attention',
		);
	}
}
