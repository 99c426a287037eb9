import type { TraceRule } from '../frechet-distance.ts';
import type { Quantisation } from '../resize/quantise.ts';
import type { ResizeKernel } from '../resize/resize-images.ts';

/** A value with the page or source file that it comes from. */
export interface Cited<Value> {
	readonly value: Value;
	/** Address of the documentation, source file or discussion that shows the value. */
	readonly source: string;
}

/** Affine map of pixels in [0, 255] to what Inception reads. */
export type Scaling = '(x - 128) / 128' | '2 x / 255 - 1';

/** How JPEG files are decoded: the exact inverse transform, which Pillow uses too, or the fast one. */
export type JpegDecoding = 'integer-accurate' | 'integer-fast';

export interface InceptionScoreRule {
	/** Parts that are scored apart and averaged. */
	readonly splits: number;
	/** Whether the bias of the last layer is added to the logits. */
	readonly bias: boolean;
}

/** Estimator of the squared kernel distance with the kernel (x·y / d + 1)³. */
export type KernelDistanceRule =
	/** Consecutive blocks of equal size, at most this many features each. */
	| { readonly form: 'blocks'; readonly largestBlock: number }
	/** Random subsets of both sides. */
	| {
			readonly form: 'subsets';
			readonly subsets: number;
			readonly subsetSize: number;
			/** `whole`: subsets are as large as the smaller side where that has fewer images. Default: it has no score. */
			readonly smallerSets?: 'whole';
	  };

export interface ManifoldRule {
	/** k: the radius of a feature is the distance to its k-th neighbour on its own side. */
	readonly neighbours: number;
	/** Whether a feature at exactly the radius counts as inside. */
	readonly comparison: '<' | '<=';
}

export const presetNames = [
	'tfgan-s3gan',
	'ttur',
	'pytorch-fid',
	'torch-fidelity',
	'clean-fid',
	'studiogan',
] as const;
export type PresetName = (typeof presetNames)[number];

/** Everything that a tool does between image files and scores. Constants of the network are not among it. */
export interface Preset {
	readonly name: PresetName;
	readonly title: string;
	/** Which weights the tool uses; all of these hold the network of 2015-12-05. */
	readonly weights: Cited<string>;
	readonly jpegDecoding: Cited<JpegDecoding>;
	/** Of images that were never in a file. */
	readonly quantisation: Cited<Quantisation>;
	readonly resize: Cited<ResizeKernel>;
	/** Whether resized pixels are clipped to [0, 255], which the cubic overshoots. */
	readonly clip: Cited<boolean>;
	readonly scaling: Cited<Scaling>;
	/** Precision of the network and of stored features. */
	readonly featurePrecision: Cited<'float32'>;
	/** Precision of mean and covariance. */
	readonly momentPrecision: Cited<'float64'>;
	readonly covarianceDivisor: Cited<'n - 1'>;
	/** How the trace of the root of the covariances' product is taken; `exact` is what `sqrtm` computes. */
	readonly traceRule: Cited<TraceRule>;
	/** Null if the tool has no Inception score. */
	readonly inceptionScore: Cited<InceptionScoreRule> | null;
	/** Null if the tool has no kernel distance. */
	readonly kernelDistance: Cited<KernelDistanceRule> | null;
	/** Precision, recall, density and coverage; null if the tool does not take them from Inception features. */
	readonly manifold: Cited<ManifoldRule> | null;
	/** Images that the tool's own numbers are made of; null where it takes all that it is given. */
	readonly realImages: Cited<number | null>;
	readonly fakeImages: Cited<number | null>;
	/** Split of a labelled data set that is the real side. */
	readonly referenceSplit: Cited<'train' | 'test'>;
	/** Where ours knowingly differs from the tool, and by how much. */
	readonly deviations: readonly string[];
}
