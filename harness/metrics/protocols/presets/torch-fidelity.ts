import type { Preset } from '../preset.ts';

const root = 'https://github.com/toshas/torch-fidelity/blob/master/torch_fidelity';

/** The tool that checks itself against the original programs. */
export const torchFidelity: Preset = {
	name: 'torch-fidelity',
	title: 'torch-fidelity',
	weights: {
		value: 'weights-inception-2015-12-05-6726825d.pth',
		source: `${root}/feature_extractor_inceptionv3.py`,
	},
	jpegDecoding: { value: 'integer-accurate', source: `${root}/datasets.py` },
	quantisation: {
		value: 'round-half-up',
		source: 'https://github.com/toshas/torch-fidelity/blob/master/README.md',
	},
	resize: { value: 'bilinear-legacy', source: `${root}/interpolate_compat_tensorflow.py` },
	clip: { value: false, source: `${root}/interpolate_compat_tensorflow.py` },
	scaling: { value: '(x - 128) / 128', source: `${root}/feature_extractor_inceptionv3.py` },
	featurePrecision: { value: 'float32', source: `${root}/feature_extractor_inceptionv3.py` },
	momentPrecision: { value: 'float64', source: `${root}/metric_fid.py` },
	covarianceDivisor: { value: 'n - 1', source: `${root}/metric_fid.py` },
	traceRule: { value: 'exact', source: `${root}/metric_fid.py` },
	inceptionScore: { value: { splits: 10, bias: false }, source: `${root}/metric_isc.py` },
	kernelDistance: {
		value: { form: 'subsets', subsets: 100, subsetSize: 1000 },
		source: `${root}/metric_kid.py`,
	},
	// Its precision and recall use VGG-16 features by default.
	manifold: null,
	realImages: { value: null, source: `${root}/metrics.py` },
	fakeImages: { value: null, source: `${root}/metrics.py` },
	referenceSplit: {
		value: 'train',
		source: 'https://github.com/toshas/torch-fidelity/blob/master/README.md',
	},
	deviations: [
		"the original shuffles images by NumPy's generator (seed 2020) before it splits them for the Inception " +
			'score and draws KID subsets from it; ours splits in the order given and draws from its own seeded streams',
		'the original takes the mean in float32: about 1e-6 of the FID',
	],
};
