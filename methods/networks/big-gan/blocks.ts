import type { BigGanConfig } from './config.ts';

/** One residual block of the generator or the discriminator. */
export interface Block {
	/** `B1`, `B2`, … in the order of application. */
	readonly name: string;
	readonly inputChannels: number;
	readonly outputChannels: number;
	/** `up` doubles height and width, `down` halves them. */
	readonly resample: 'up' | 'down' | 'none';
	/** Whether the non-local block follows this block. */
	readonly attention: boolean;
}

type BlockConfig = Pick<
	BigGanConfig,
	'resolution' | 'channels' | 'colours' | 'generatorAttention' | 'discriminatorAttention'
>;

/** Height and width of the tensor that the generator's first dense layer makes, in pixels. */
export const seedResolution = 4;

// Widths in units of `channels`; the generator's first entry is the seed tensor. Tables 6 and 7 give 128×128, the
// rest is from https://github.com/google/compare_gan/blob/master/compare_gan/architectures/resnet_biggan.py
const generatorMultipliers = {
	32: [4, 4, 4, 4],
	64: [16, 16, 8, 4, 2],
	128: [16, 16, 8, 4, 2, 1],
	256: [16, 16, 8, 8, 4, 2, 1],
	512: [16, 16, 8, 8, 4, 2, 1, 1],
} as const;

const discriminatorMultipliers = {
	32: [2, 2, 2, 2],
	64: [2, 4, 8, 16, 16],
	128: [1, 2, 4, 8, 16, 16],
	256: [1, 2, 4, 8, 8, 16, 16],
	512: [1, 1, 2, 4, 8, 8, 16, 16],
} as const;

/** The generator's blocks; each doubles the resolution, from 4×4 up. */
export function generatorBlocks(config: BlockConfig): readonly Block[] {
	const widths = generatorMultipliers[config.resolution].map(multiplier => multiplier * config.channels);
	return widths.slice(1).map((outputChannels, index) => ({
		name: `B${index + 1}`,
		inputChannels: widths[index],
		outputChannels,
		resample: 'up',
		attention: config.generatorAttention === `B${index + 1}`,
	}));
}

/** The discriminator's blocks; each but the last halves the resolution. */
export function discriminatorBlocks(config: BlockConfig): readonly Block[] {
	const widths = discriminatorMultipliers[config.resolution].map(multiplier => multiplier * config.channels);
	return widths.map((outputChannels, index) => ({
		name: `B${index + 1}`,
		inputChannels: index === 0 ? config.colours : widths[index - 1],
		outputChannels,
		resample: index === widths.length - 1 ? 'none' : 'down',
		attention: config.discriminatorAttention === `B${index + 1}`,
	}));
}

/** Channels of the discriminator's features, 16·ch at 64×64 and above. */
export function featureChannels(config: BlockConfig): number {
	return discriminatorBlocks(config).at(-1)!.outputChannels;
}

/** Channels of a non-local block's queries and keys: an eighth of its input, rounded down. */
export const attentionHeadChannels = (channels: number): number => Math.floor(channels / 8);

/** Channels of a non-local block's values: half of its input, rounded down. */
export const attentionValueChannels = (channels: number): number => Math.floor(channels / 2);
