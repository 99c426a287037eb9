import path from 'node:path';
import { countParameters } from '../../methods/networks/parameters.ts';
import { writeSampleSheet } from '../data/sample-sheet.ts';
import { scoreSamples } from '../metrics/score.ts';
import { writeSampleSheets } from '../samples/sample-sheets.ts';
import { writeStandingStatistics } from '../samples/standing-file.ts';
import { createGeneratorSampler } from '../train/generator-sampler.ts';
import type { MeasuredRun } from './records.ts';
import { fileNames } from './run-folder.ts';
import type { PreparedRun } from './run-request.ts';
import { scoringRules } from './scoring-rules.ts';
import type { TrainedRun } from './train-run.ts';
import { saveWeights, weightsDigest } from './weights.ts';

/** Classes on the sample sheet, ten images each. */
const sheetClasses = 10;

/** Measures a trained run: sample sheet, scores and weights; returns the result, not yet written. */
export async function measureRun(run: PreparedRun, { state, training }: TrainedRun): Promise<MeasuredRun> {
	const { request, settings, dataSet, evaluator, trainingShare: share } = run;
	const { loaded, seed, folder } = request;
	const { fakeProbabilities = null } = run.labels ?? {};
	const sampler = await createGeneratorSampler(
		state,
		settings,
		seed,
		fakeProbabilities,
		request.eager,
		null,
		{
			signal: request.signal,
			onBatch: (done, total) =>
				request.onProgress({ fraction: share, text: `standing statistics: batch ${done}/${total}` }),
		},
	);
	writeStandingStatistics(folder, sampler);
	// All in one batch, so a few classes of many.
	const samples = sampler.classGrid(Math.min(dataSet.classNames.length, sheetClasses), 10);
	writeSampleSheet(path.join(folder, fileNames.samples), {
		pixels: samples.dataSync<'float32'>(),
		count: samples.shape[0],
		resolution: dataSet.resolution,
		columns: 10,
	});
	samples.dispose();
	const reference = await evaluator.reference(dataSet.test, dataSet.resolution, {
		onProgress: (phase, done, total) =>
			request.onProgress({ fraction: share, text: `real images: ${phase} ${done}/${total}` }),
		signal: request.signal,
	});
	const scores = await scoreSamples({
		...scoringRules(evaluator, settings),
		reference: reference.statistics(),
		*batches(set) {
			let done = 0;
			for (const images of sampler.fakeSet(set)) {
				done += images.shape[0];
				// The reader disposes them before it asks for more.
				yield images;
				request.signal?.throwIfAborted();
				const part = (set + done / settings.fakesPerSet) / settings.fakeSets;
				const text = `scoring fake set ${set + 1}/${settings.fakeSets}`;
				request.onProgress({ fraction: share + (1 - share) * part, text });
			}
		},
	});
	// After the scores: every batch advances the sampler's singular vectors.
	writeSampleSheets({
		folder,
		sampler,
		config: state.config,
		batchSize: settings.evaluationBatchSize,
		labelling: loaded.method.labelling,
		dataSet,
		labels: run.labels,
		seed,
	});
	sampler.dispose();
	saveWeights(path.join(folder, fileNames.weights), state);
	return {
		schemaVersion: 1,
		runId: run.runId,
		method: loaded.method.name,
		title: loaded.method.title,
		labelFraction: request.labelFraction,
		seed,
		profile: request.profile.name,
		dataSet: { name: dataSet.name, digest: dataSet.digest },
		steps: settings.steps,
		protocol: run.protocol,
		scores,
		parameters: {
			generator: countParameters(state.generator.description),
			discriminator: countParameters(state.discriminator.description),
		},
		training,
		weightsDigest: weightsDigest(state),
	};
}
