import type { Preset } from '../preset.ts';

const root = 'https://github.com/GaParmar/clean-fid/blob/main/cleanfid';

/** clean-fid in its mode `clean`: antialiased resizing (arXiv 2104.11222). */
export const cleanFid: Preset = {
	name: 'clean-fid',
	title: 'clean-fid, mode clean',
	weights: { value: 'inception-2015-12-05.pt of NVIDIA', source: `${root}/inception_torchscript.py` },
	jpegDecoding: { value: 'integer-accurate', source: `${root}/fid.py` },
	quantisation: { value: 'round-half-up', source: `${root}/features.py` },
	resize: { value: 'bicubic-antialias', source: `${root}/resize.py` },
	clip: { value: true, source: `${root}/resize.py` },
	scaling: { value: '(x - 128) / 128', source: `${root}/inception_torchscript.py` },
	featurePrecision: { value: 'float32', source: `${root}/fid.py` },
	momentPrecision: { value: 'float64', source: `${root}/fid.py` },
	covarianceDivisor: { value: 'n - 1', source: `${root}/fid.py` },
	traceRule: { value: 'exact', source: `${root}/fid.py` },
	inceptionScore: null,
	kernelDistance: {
		value: { form: 'subsets', subsets: 100, subsetSize: 1000, smallerSets: 'whole' },
		source: `${root}/fid.py`,
	},
	manifold: null,
	realImages: { value: null, source: `${root}/fid.py` },
	fakeImages: { value: 50_000, source: `${root}/fid.py` },
	referenceSplit: { value: 'train', source: 'https://github.com/GaParmar/clean-fid/blob/main/README.md' },
	deviations: [
		'where `sqrtm` of the product is not finite, as it may be for singular covariances, the original adds 1e-6 to ' +
			'both diagonals and takes it again; ours takes the exact root, which is always finite',
		'the original draws KID subsets from an unseeded generator; ours from seeded streams',
		'the original drops the imaginary part of the matrix root without a word; ours has none',
	],
};
