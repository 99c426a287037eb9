import type { Preset } from '../preset.ts';

const compareGan = 'https://github.com/google/compare_gan/blob/master/compare_gan';
const tfgan =
	'https://github.com/tensorflow/gan/blob/master/tensorflow_gan/python/eval/classifier_metrics.py';

/** What the S3GAN paper's numbers were measured with: compare_gan on TF-GAN. */
export const tfganS3gan: Preset = {
	name: 'tfgan-s3gan',
	title: 'compare_gan with TF-GAN, the S3GAN paper',
	weights: { value: 'frozen_inception_v1_2015_12_05', source: tfgan },
	// The data set's files are decoded with TensorFlow's defaults.
	jpegDecoding: { value: 'integer-fast', source: `${compareGan}/datasets.py` },
	// Samples are multiplied by 255 and stay floats.
	quantisation: { value: 'none', source: `${compareGan}/eval_utils.py` },
	resize: { value: 'bilinear-legacy', source: tfgan },
	clip: { value: false, source: tfgan },
	scaling: { value: '(x - 128) / 128', source: tfgan },
	featurePrecision: { value: 'float32', source: tfgan },
	momentPrecision: { value: 'float64', source: tfgan },
	covarianceDivisor: { value: 'n - 1', source: tfgan },
	traceRule: { value: 'tfgan', source: tfgan },
	inceptionScore: { value: { splits: 1, bias: true }, source: tfgan },
	kernelDistance: {
		value: { form: 'blocks', largestBlock: 1024 },
		source: `${compareGan}/metrics/kid_score.py`,
	},
	manifold: null,
	realImages: { value: 50_000, source: 'https://arxiv.org/abs/1903.02271' },
	fakeImages: { value: 50_000, source: 'https://arxiv.org/abs/1903.02271' },
	referenceSplit: { value: 'test', source: `${compareGan}/datasets.py` },
	deviations: [
		'whether the exported graph adds the bias of the last layer is documented nowhere: taken as added, as in ' +
			'the graph of 2015; leaving it out lowers the score of CIFAR-10 test images from 11.23 to 10.95 ' +
			'(https://github.com/openai/improved-gan/issues/39)',
		'the original rounds scores to float32, ours stay float64: 1e-7 relative',
	],
};
