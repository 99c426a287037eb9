import type { Preset } from '../preset.ts';

const ttur = 'https://github.com/bioinf-jku/TTUR/blob/master/fid.py';

/** The code of the paper that proposed FID (arXiv 1706.08500). */
export const tturPreset: Preset = {
	name: 'ttur',
	title: 'TTUR, the first FID',
	weights: { value: 'classify_image_graph_def.pb of 2015-12-05', source: ttur },
	jpegDecoding: { value: 'integer-accurate', source: ttur },
	quantisation: { value: 'round-half-up', source: ttur },
	resize: { value: 'bilinear-legacy', source: ttur },
	clip: { value: false, source: ttur },
	scaling: { value: '(x - 128) / 128', source: ttur },
	featurePrecision: { value: 'float32', source: ttur },
	momentPrecision: { value: 'float64', source: ttur },
	covarianceDivisor: { value: 'n - 1', source: ttur },
	traceRule: { value: 'exact', source: ttur },
	inceptionScore: null,
	kernelDistance: null,
	manifold: null,
	realImages: { value: null, source: 'https://github.com/bioinf-jku/TTUR/blob/master/README.md' },
	fakeImages: { value: null, source: 'https://github.com/bioinf-jku/TTUR/blob/master/README.md' },
	referenceSplit: { value: 'train', source: 'https://github.com/bioinf-jku/TTUR/blob/master/README.md' },
	deviations: [
		'where `sqrtm` of the product is not finite, as it may be for singular covariances, the original adds 1e-6 to ' +
			'both diagonals and takes it again; ours takes the exact root, which is always finite',
		'the original drops the last batch of an array if it is smaller than the others; ours measures every image',
	],
};
