import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { encodeSampleSheet } from '../data/sample-sheet.ts';
import type { ReferenceFeatures } from '../metrics/evaluators/evaluator.ts';
import { scoreSamples } from '../metrics/score.ts';
import type { GanState } from '../train/gan-state.ts';
import { createGeneratorSampler } from '../train/generator-sampler.ts';
import { duplicateRate, thumbnail } from './collapse/duplicates.ts';
import type { PreparedRun } from './run-request.ts';
import { scoringRules } from './scoring-rules.ts';

/** Samples that are compared with one another. */
const comparedSamples = 256;
/** Classes and images of each on the sheet that TensorBoard shows. */
const sheetClasses = 10;
const sheetColumns = 10;

/** Scores in the middle of a training. */
export interface TrainingScores {
	readonly fid: number;
	readonly inceptionScore: number;
	/** Part of the samples that look like another one, [0, 1]. */
	readonly duplicates: number;
	/** Fake sets that were scored; the result has more. */
	readonly fakeSets: number;
	readonly fakesPerSet: number;
	/** Samples of the first classes, class by class. */
	readonly sheet: Uint8Array;
}

/** Keeps small copies of the first images that pass. */
function* remember(batches: Iterable<Tensor4D>, resolution: number, kept: Float32Array[]) {
	for (const images of batches) {
		if (kept.length < comparedSamples) {
			const pixels = images.dataSync<'float32'>();
			const size = resolution * resolution * 3;
			for (let row = 0; row < images.shape[0] && kept.length < comparedSamples; row++) {
				kept.push(thumbnail(pixels.subarray(row * size, (row + 1) * size), resolution));
			}
		}
		yield images;
	}
}

/**
 * Measures a training while it goes on: under the run's own protocol, with standing statistics and as many images in
 * a set, but one fake set instead of five, so that its FID can stand beside that of the result. The state is left as
 * it is, so that a training gives the same weights whether it was measured or not.
 */
export function createTrainingEvaluation(run: PreparedRun): (state: GanState) => Promise<TrainingScores> {
	const { request, dataSet, evaluator } = run;
	const settings = { ...run.settings, fakeSets: 1 };
	const { fakeProbabilities } = run.labels ?? { fakeProbabilities: null };
	let reference: ReferenceFeatures | undefined;
	return async state => {
		reference ??= await evaluator.reference(dataSet.test, dataSet.resolution, { signal: request.signal });
		const { seed, eager, signal } = request;
		const sampler = await createGeneratorSampler(state, settings, seed, fakeProbabilities, eager, null, {
			signal,
		});
		const kept: Float32Array[] = [];
		try {
			// Before the scores, as for the result: every batch advances the sampler's singular vectors.
			const images = sampler.classGrid(Math.min(sheetClasses, dataSet.classNames.length), sheetColumns);
			const sheet = encodeSampleSheet({
				pixels: images.dataSync<'float32'>(),
				count: images.shape[0],
				resolution: dataSet.resolution,
				columns: sheetColumns,
			});
			images.dispose();
			const scores = await scoreSamples({
				...scoringRules(evaluator, settings),
				reference: reference.statistics(),
				batches: set => remember(sampler.fakeSet(set), dataSet.resolution, kept),
			});
			return {
				fid: scores.fid.mean,
				inceptionScore: scores.inceptionScore.mean,
				duplicates: duplicateRate(kept),
				fakeSets: settings.fakeSets,
				fakesPerSet: settings.fakesPerSet,
				sheet,
			};
		} finally {
			sampler.dispose();
		}
	};
}
