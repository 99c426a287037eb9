import type { Preset } from '../preset.ts';

const root = 'https://github.com/POSTECH-CVLab/PyTorch-StudioGAN/blob/master/src';
const readme = 'https://github.com/POSTECH-CVLab/PyTorch-StudioGAN/blob/master/README.md';

/** PyTorch-StudioGAN with the port of TensorFlow's Inception and its resizer `friendly`, as its tables name them. */
export const studiogan: Preset = {
	name: 'studiogan',
	title: 'PyTorch-StudioGAN, InceptionV3_tf, resizer friendly',
	weights: { value: 'pt_inception-2015-12-05-6726825d.pth', source: `${root}/metrics/inception_net.py` },
	jpegDecoding: { value: 'integer-accurate', source: `${root}/data_util.py` },
	quantisation: { value: 'round-half-up', source: `${root}/utils/ops.py` },
	resize: { value: 'bilinear-antialias', source: `${root}/utils/resize.py` },
	clip: { value: false, source: `${root}/utils/resize.py` },
	scaling: { value: '2 x / 255 - 1', source: `${root}/metrics/preparation.py` },
	featurePrecision: { value: 'float32', source: `${root}/metrics/fid.py` },
	momentPrecision: { value: 'float64', source: `${root}/metrics/fid.py` },
	covarianceDivisor: { value: 'n - 1', source: `${root}/metrics/fid.py` },
	traceRule: { value: 'exact', source: `${root}/metrics/fid.py` },
	inceptionScore: { value: { splits: 1, bias: true }, source: `${root}/metrics/ins.py` },
	kernelDistance: null,
	manifold: { value: { neighbours: 5, comparison: '<' }, source: `${root}/metrics/prdc.py` },
	realImages: { value: null, source: readme },
	fakeImages: { value: 50_000, source: readme },
	referenceSplit: { value: 'train', source: readme },
	deviations: [
		'where `sqrtm` of the product is not finite, as it may be for singular covariances, the original adds 1e-6 to ' +
			'both diagonals and takes it again; ours takes the exact root, which is always finite',
		'the original takes the mean of fake features and the Inception score in float32: about 1e-6 relative',
	],
};
