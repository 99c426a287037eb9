import { UsageError } from '../../errors.ts';
import type { Crop } from './window.ts';

/**
 * How the chosen part is brought to the resolution.
 *
 * - `bilinear-legacy`: TensorFlow 1, no antialiasing, no half-pixel centres
 * - `bilinear-antialias`, `bicubic-antialias`: Pillow on bytes
 */
export type ResizeRule = 'bilinear-legacy' | 'bilinear-antialias' | 'bicubic-antialias';

/** How pictures become images of one size. */
export interface Recipe {
	readonly name: string;
	/** For people, one line. */
	readonly title: string;
	/** Part of a training picture. */
	readonly train: Crop;
	/** Part of a held-out picture. */
	readonly test: Crop;
	readonly resize: ResizeRule;
	/** JPEG pictures for training are decoded at a part of their size where that leaves the resolution. */
	readonly reduced?: true;
}

/** The recipe of the S3GAN authors, used unless another is asked for. */
export const defaultRecipeName = 's3gan';

/** All recipes, the default first. None mirrors pictures: compare_gan does not. */
export const recipes: readonly Recipe[] = [
	{
		name: defaultRecipeName,
		title:
			'as the S3GAN authors: training a random square of 50 to 100 % of the area, held-out the centre square',
		train: 'distorted',
		test: 'centre',
		resize: 'bilinear-legacy',
	},
	{
		name: 's3gan-reduced',
		title:
			'as s3gan, but training JPEG decoded at 1/2, 1/4 or 1/8 of its size where the square keeps the resolution: faster, other pixels',
		train: 'distorted',
		test: 'centre',
		resize: 'bilinear-legacy',
		reduced: true,
	},
	{
		name: 'random',
		title: "compare_gan's `random`: training a square of the shorter side at a random place",
		train: 'random',
		test: 'centre',
		resize: 'bilinear-legacy',
	},
	{
		name: 'centre',
		title: 'the centre square everywhere, TensorFlow 1 resize',
		train: 'centre',
		test: 'centre',
		resize: 'bilinear-legacy',
	},
	{
		name: 'squash',
		title: "compare_gan's `none`: the whole picture, its sides squashed to a square",
		train: 'whole',
		test: 'whole',
		resize: 'bilinear-legacy',
	},
	{
		name: 'centre-antialias',
		title:
			'the centre square, Pillow bilinear with antialiasing (BigGAN-PyTorch: CenterCropLongEdge, Resize)',
		train: 'centre',
		test: 'centre',
		resize: 'bilinear-antialias',
	},
	{
		name: 'centre-bicubic',
		title: 'the centre square, Pillow bicubic with antialiasing',
		train: 'centre',
		test: 'centre',
		resize: 'bicubic-antialias',
	},
];

/** @throws UsageError for an unknown name, with those there are */
export function findRecipe(name: string): Recipe {
	const found = recipes.find(recipe => recipe.name === name);
	if (found) return found;
	throw new UsageError(
		`recipe: expected one of the names below, got "${name}"`,
		recipes.map(recipe => `${recipe.name} (${recipe.title})`).join('; '),
	);
}
