import { requireRuntime } from '../../tensor/runtime-location.ts';
import type { Recipe } from '../preparation/recipes.ts';
import { sharpVersions } from './sharp-versions.ts';

/** What decodes, with the versions that decide its pixels. */
export function describeDecoder(): string {
	const { sharp, vips } = sharpVersions();
	return (
		`TensorFlow ${requireRuntime().tensorflowVersion} (JPEG by libjpeg's fast integer transform; PNG, alpha over white); ` +
		`the rest by sharp ${sharp} with libvips ${vips}`
	);
}

/** The recipe in one line of facts, for the index and its digest. */
export function describeRecipe({ train, test, resize, reduced }: Recipe): string {
	const crops = {
		distorted: 'random square of 50 to 100 % of the area, the whole picture above 2 : 1',
		random: 'square of the shorter side at random',
		centre: 'centre square',
		whole: 'whole picture squashed',
	};
	const resizes = {
		'bilinear-legacy': 'TensorFlow 1 bilinear (legacy corners, no antialiasing)',
		'bilinear-antialias': 'Pillow bilinear',
		'bicubic-antialias': 'Pillow bicubic',
	};
	const reducing = reduced
		? '; training JPEG decoded at 1/8, 1/4 or 1/2 of its size where the part keeps the resolution'
		: '';
	return `training: ${crops[train]}${reducing}; held-out: ${crops[test]}; ${resizes[resize]}; no mirroring; rounded half up to bytes`;
}
