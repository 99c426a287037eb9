import test from 'ava';
import { describeDecoder, describeRecipe } from '../../../../harness/data/packed/describe-packing.ts';
import { findRecipe } from '../../../../harness/data/preparation/recipes.ts';

// These texts are part of the digests of sets that are packed already.
test('recipes are told in words', t => {
	const authors =
		'training: random square of 50 to 100 % of the area, the whole picture above 2 : 1; held-out: centre square; ' +
		'TensorFlow 1 bilinear (legacy corners, no antialiasing); no mirroring; rounded half up to bytes';
	t.is(describeRecipe(findRecipe('s3gan')), authors);
	t.is(
		describeRecipe(findRecipe('s3gan-reduced')),
		authors.replace(
			'; held-out',
			'; training JPEG decoded at 1/8, 1/4 or 1/2 of its size where the part keeps the resolution; held-out',
		),
	);
	t.is(
		describeRecipe(findRecipe('centre-bicubic')),
		'training: centre square; held-out: centre square; Pillow bicubic; no mirroring; rounded half up to bytes',
	);
});

test('decoders are told with their versions', t => {
	t.regex(
		describeDecoder(),
		/^TensorFlow \d+\.\d+\.\d+ \(JPEG by libjpeg's fast integer transform; PNG, alpha over white\); the rest by sharp \d+\.\d+\.\d+ with libvips \d+\.\d+\.\d+$/u,
	);
});
