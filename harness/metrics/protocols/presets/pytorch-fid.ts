import type { Preset } from '../preset.ts';

const score = 'https://github.com/mseitzer/pytorch-fid/blob/master/src/pytorch_fid/fid_score.py';
const network = 'https://github.com/mseitzer/pytorch-fid/blob/master/src/pytorch_fid/inception.py';

/** The port of FID to PyTorch that most papers use. */
export const pytorchFid: Preset = {
	name: 'pytorch-fid',
	title: 'pytorch-fid',
	weights: { value: 'pt_inception-2015-12-05-6726825d.pth', source: network },
	jpegDecoding: { value: 'integer-accurate', source: score },
	quantisation: { value: 'round-half-up', source: score },
	resize: { value: 'bilinear-half-pixel', source: network },
	clip: { value: false, source: network },
	scaling: { value: '2 x / 255 - 1', source: network },
	featurePrecision: { value: 'float32', source: score },
	momentPrecision: { value: 'float64', source: score },
	covarianceDivisor: { value: 'n - 1', source: score },
	traceRule: { value: 'exact', source: score },
	inceptionScore: null,
	kernelDistance: null,
	manifold: null,
	realImages: { value: null, source: score },
	fakeImages: { value: null, source: score },
	referenceSplit: { value: 'train', source: 'https://github.com/mseitzer/pytorch-fid/blob/master/README.md' },
	deviations: [
		'where `sqrtm` of the product is not finite, as it may be for singular covariances, the original adds 1e-6 to ' +
			'both diagonals and takes it again; ours takes the exact root, which is always finite',
		'the original scales pixels to [0, 1] before it resizes, ours after: rounding of float32',
		'gray PNG files of 16 bits: the original clips them at 255, ours keeps the high byte',
	],
};
