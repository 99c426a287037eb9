import { digestOf } from '../../harness/canonical-json.ts';
import { UsageError } from '../../harness/errors.ts';
import { nearestNames } from '../../harness/nearest-names.ts';
import type { ResNetV2Config } from '../networks/resnet-v2/config.ts';

/** Raised whenever the same options would train another network, so that no cached one is taken for it. */
export const recipeVersion = 1;

/** Random moves of the training images. */
export type Augmentation =
	/** Moved by up to `largestShift` pixels each way, the border repeated, and mirrored half of the time. */
	| { readonly kind: 'shift'; readonly largestShift: number }
	/**
	 * Inception crop: a random box of `smallestArea` … 1 of the image with aspect ratio 3/4 … 4/3, resized, and
	 * mirrored half of the time. At inference the central 224/256 of each side is seen, as in s4l.
	 */
	| { readonly kind: 'inception-crop'; readonly smallestArea: number };

/** Recipe of a feature extractor. Together with the data set it decides every weight. */
export interface PretrainingOptions {
	/** Part of each class whose labels are read, in (0, 1]; null for self-supervision only (Eq. 1, no class head). */
	readonly labelFraction: number | null;
	/** Seed of which labels are read (`selectLabelled`), default 1: the same for every run of a grid. */
	readonly subsetSeed: number;
	/** Digest of a published list (`describeSubset`) whose images are labelled in place of those of `subsetSeed`. */
	readonly labelList?: string;
	/** Weight of the rotation term: 1 in Eq. 1 and 2; 0 leaves unlabelled images out, the supervised baseline. */
	readonly rotationWeight: number;
	/** γ of Eq. 2, weight of the class term; 0.5 in the paper. */
	readonly classWeight: number;
	/** Images of an update before rotation, B unlabelled ones among them; 2048 in the paper. */
	readonly batchSize: number;
	/**
	 * B of §3.1: images drawn from the whole training set, their labels unread; 1536 in the paper. The other
	 * batchSize − B have labels; all of them if there are fewer labelled images than that. Without labels, or
	 * with rotation weight 0, the batch is batchSize unlabelled, or batchSize − B labelled images.
	 */
	readonly unlabelledPerBatch: number;
	/**
	 * Images that pass the network at once, in their four rotations, a divisor of the batch: memory grows with it, and the
	 * gradients of batchSize / microBatchSize passes make one update. Each pass has its part of the labelled and of the
	 * unlabelled images, and moments of batch norm of its own, as each core had in s4l. Default: the whole batch.
	 */
	readonly microBatchSize?: number;
	/**
	 * Length of the training; 65 in the paper. An epoch is (training images / batchSize) updates whatever the mix,
	 * so that trainings with and without labels are equally long. The paper does not say what its epoch counts;
	 * s4l counts labelled images.
	 */
	readonly epochs: number;
	/** The step size rises in a straight line from 0 over these; 5 in the paper. */
	readonly warmUpEpochs: number;
	/** At each of these the step size falls to a tenth; 45 and 55 in the paper. */
	readonly decayEpochs: readonly number[];
	/** Step size for 256 images, scaled by `learningRateImages` / 256; 0.1, the rule of arXiv 1706.02677. */
	readonly learningRatePer256: number;
	/**
	 * Which images the rule counts: the B unlabelled ones (0.6 with the paper's sizes) or the whole batch (0.8). The
	 * paper's formula is 0.1 · B/256 with B, the letter of its unlabelled part: default `unlabelled`.
	 */
	readonly learningRateImages: 'unlabelled' | 'batch';
	/** Momentum of SGD, in [0, 1): v ← momentum · v + g, w ← w − rate · v. 0.9, not stated in the paper. */
	readonly momentum: number;
	/** L2 penalty ½ · weightDecay · ‖w‖² of every kernel; not stated in the paper, 1e-4. */
	readonly weightDecay: number;
	readonly augmentation: Augmentation;
	/** Height and width that the network sees, in pixels; null for those of the data. */
	readonly inputResolution: number | null;
	/** See `ResNetV2Config`. */
	readonly widening: number;
	readonly unitsPerStage: readonly number[];
	readonly root: ResNetV2Config['root'];
	readonly batchNormMomentum: number;
	/** Seed of initial weights, data order and augmentation, in [1, 2^31 − 1]. */
	readonly seed: number;
}

const shared = {
	labelFraction: 0.1,
	subsetSeed: 1,
	rotationWeight: 1,
	classWeight: 0.5,
	momentum: 0.9,
	weightDecay: 1e-4,
	seed: 1,
} as const;

const small = {
	...shared,
	learningRateImages: 'batch',
	augmentation: { kind: 'shift', largestShift: 2 },
	inputResolution: null,
	root: 'small-strided',
	unitsPerStage: [1, 1, 1, 1],
	batchNormMomentum: 0.9,
} as const;

/** Recipes by the name of the profile that they are for. */
export const pretrainingPresets = {
	/** About 10 s on two cores with 2,000 images of 32×32. */
	smoke: {
		...small,
		batchSize: 32,
		unlabelledPerBatch: 16,
		epochs: 4,
		warmUpEpochs: 0.4,
		decayEpochs: [2.8, 3.6],
		learningRatePer256: 0.8,
		widening: 0.5,
	},
	/**
	 * Nine minutes of a core with the 50,000 images of CIFAR-10. Half of the paper's width for a small network, γ and B of
	 * other settings on other images: with the paper's the labelled images alone do better in so short a training.
	 */
	'proxy-32': {
		...small,
		classWeight: 1,
		batchSize: 64,
		unlabelledPerBatch: 32,
		epochs: 12,
		warmUpEpochs: 1.2,
		decayEpochs: [8.4, 10.8],
		learningRatePer256: 1,
		widening: 0.5,
	},
	/**
	 * The paper's: 383,573,228 parameters with both heads. Micro-batches of 8 images, 2 of them labelled, are ours: a view
	 * of 224×224 takes 1.4 GB while the update is recorded (44 million outputs of convolutions, kept four times over and
	 * with as many gradients; counted, not measured), so that 32 views fit into 80 GB and 64 do not.
	 */
	'imagenet-128': {
		...shared,
		batchSize: 2048,
		unlabelledPerBatch: 1536,
		microBatchSize: 8,
		epochs: 65,
		warmUpEpochs: 5,
		decayEpochs: [45, 55],
		learningRatePer256: 0.1,
		learningRateImages: 'unlabelled',
		augmentation: { kind: 'inception-crop', smallestArea: 0.05 },
		inputResolution: 224,
		widening: 16,
		unitsPerStage: [3, 4, 6, 3],
		root: 'imagenet',
		batchNormMomentum: 0.99,
	},
} as const satisfies Readonly<Record<string, PretrainingOptions>>;

/** @throws UsageError if there is no preset of that name */
export function findPretrainingPreset(name: string): PretrainingOptions {
	if (Object.hasOwn(pretrainingPresets, name)) {
		return pretrainingPresets[name as keyof typeof pretrainingPresets];
	}
	const names = Object.keys(pretrainingPresets);
	const near = nearestNames(name, names);
	throw new UsageError(
		`pre-training profile: there is no profile '${name}'`,
		`${near.length > 0 ? `did you mean ${near.join(' or ')}? ` : ''}Profiles: ${names.join(', ')}`,
	);
}

/**
 * Identity of the extractor that these options would train on this data set, 16 hex digits: the name under which a
 * grid stores it, so that it is trained once. Weights of two machines differ in their last digits under one
 * identity; the extractor's `fingerprint` tells them apart.
 *
 * @param dataSetDigest `digest` of the data set
 */
export function pretrainingId(dataSetDigest: string, options: PretrainingOptions): string {
	return digestOf({ recipeVersion, dataSetDigest, options }).slice(0, 16);
}
