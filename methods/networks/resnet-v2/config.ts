import { UsageError } from '../../../harness/errors.ts';

export const roots = ['imagenet', 'small', 'small-strided'] as const;

/**
 * Sizes of the feature extractor F (§3.1): a ResNet with pre-activation bottleneck units. Where the paper is
 * silent, the defaults are those of the same group's code,
 * https://github.com/google-research/s4l/blob/master/models/resnet.py
 */
export interface ResNetV2Config {
	/**
	 * Channels of the root are 16 · widening, of stage s (from 1) 64 · widening · 2^(s−1). Default 16, the paper's,
	 * which is four times the standard ResNet-50 (4). Below 1 for experiments on a CPU: a multiple of 1/16.
	 */
	readonly widening: number;
	/** Bottleneck units of each stage, default [3, 4, 6, 3]: ResNet-50. Every stage but the first halves the map. */
	readonly unitsPerStage: readonly number[];
	/**
	 * Default `imagenet`: 7×7 convolution with stride 2, then 3×3 maximum with stride 2. `small`, for images of
	 * 32 or 64 pixels: 3×3 convolution with stride 1 and no pooling. `small-strided`: the same with stride 2, a quarter
	 * of the work, for experiments on a CPU.
	 */
	readonly root: (typeof roots)[number];
	/** Outputs of the class head, default 1000; null for no class head: rotations only (Eq. 1). */
	readonly classes: number | null;
	/** Added to variances, default 1e-3. */
	readonly batchNormEpsilon: number;
	/** Part of a moving moment that stays when a batch's is added, in [0, 1), default 0.99. */
	readonly batchNormMomentum: number;
}

/**
 * A complete configuration: the paper's values with these fields replaced.
 *
 * @throws UsageError naming the field, its value and what is allowed
 */
export function resNetV2Config(overrides: Partial<ResNetV2Config> = {}): ResNetV2Config {
	const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
	const config: ResNetV2Config = {
		widening: 16,
		unitsPerStage: [3, 4, 6, 3],
		root: 'imagenet',
		classes: 1000,
		batchNormEpsilon: 1e-3,
		batchNormMomentum: 0.99,
		...given,
	};
	validate(config);
	return config;
}

function validate(config: ResNetV2Config): void {
	const { widening, unitsPerStage, root, classes, batchNormEpsilon, batchNormMomentum } = config;
	const refuse = (field: string, allowed: string, got: unknown): never => {
		throw new UsageError(`ResNet ${field}: expected ${allowed}, got ${got}`);
	};
	// The narrowest layers have 16 · widening channels.
	if (!Number.isSafeInteger(16 * widening) || widening <= 0) {
		refuse('widening', 'a positive multiple of 1/16', widening);
	}
	if (unitsPerStage.length === 0 || unitsPerStage.some(units => !Number.isSafeInteger(units) || units < 1)) {
		refuse('unitsPerStage', 'one positive integer a stage, at least one', `[${unitsPerStage.join(', ')}]`);
	}
	if (!roots.includes(root)) refuse('root', `one of ${roots.join(', ')}`, root);
	if (classes !== null && (!Number.isSafeInteger(classes) || classes < 2)) {
		refuse('classes', 'an integer from 2, or null for no class head', classes);
	}
	if (!(batchNormEpsilon > 0 && batchNormEpsilon < 1)) {
		refuse('batchNormEpsilon', 'a number in (0, 1)', batchNormEpsilon);
	}
	if (!(batchNormMomentum >= 0 && batchNormMomentum < 1)) {
		refuse('batchNormMomentum', 'a number in [0, 1)', batchNormMomentum);
	}
}
