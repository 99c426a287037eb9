import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { createFeatureAccumulator } from '../feature-statistics.ts';
import { frechetDistance } from '../frechet-distance.ts';
import { pool3x3 } from '../inception/kernels.ts';
import { createInceptionScoreAccumulator, inceptionScore } from '../inception-score.ts';
import { kernelDistance, kernelDistanceOfSubsets } from '../kernel-distance.ts';
import { precisionRecall } from '../precision-recall.ts';
import { resizeImages } from '../resize/resize-images.ts';

/** What the self-test tests. Tests of the self-test put broken ones in their place. */
export interface SelfTestSubjects {
	readonly createFeatureAccumulator: typeof createFeatureAccumulator;
	readonly createInceptionScoreAccumulator: typeof createInceptionScoreAccumulator;
	readonly frechetDistance: typeof frechetDistance;
	readonly inceptionScore: typeof inceptionScore;
	readonly kernelDistance: typeof kernelDistance;
	readonly kernelDistanceOfSubsets: typeof kernelDistanceOfSubsets;
	readonly precisionRecall: typeof precisionRecall;
	readonly resizeImages: typeof resizeImages;
	/** 3×3, stride 1, padded: the average of Inception's pool branches. */
	readonly averagePool: (map: Tensor4D) => Tensor4D;
}

/** The functions that every score of this program goes through. */
export const realSubjects: SelfTestSubjects = {
	createFeatureAccumulator,
	createInceptionScoreAccumulator,
	frechetDistance,
	inceptionScore,
	kernelDistance,
	kernelDistanceOfSubsets,
	precisionRecall,
	resizeImages,
	averagePool: map => pool3x3('AvgPool', map, { stride: 1, padding: 'same' }),
};
