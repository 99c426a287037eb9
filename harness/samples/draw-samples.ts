import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { RunFailedError } from '../errors.ts';
import { createGeneratorSampler, type GeneratorSampler } from '../train/generator-sampler.ts';
import { createBatchSampler } from './batch-sampler.ts';
import { imageBatch } from './image-batch.ts';
import type { SampleInputs } from './sample-inputs.ts';
import type { StoredGenerator } from './stored-generator.ts';
import type { StoredRun } from './stored-run.ts';

/** Which moments the generator's batch norms divide by: those of measuring, or those of the batch at hand. */
export type Statistics = 'standing' | 'batch';

/** Makes images of a run, batch after batch. */
export interface SampleMaker {
	/** uint8 RGB NHWC of each batch in order, [n, R, R, 3] with n ≤ evaluationBatchSize; value = round(255 · x). */
	draw(inputs: SampleInputs): Iterable<Uint8Array>;
	/**
	 * The images that the run was scored on, up to rounding: the first `count` of fake set 0, 1, …. To be used first of
	 * all, because every batch advances the singular vectors.
	 */
	drawFakeSet(set: number, count: number): Iterable<Uint8Array>;
	dispose(): void;
}

/** Takes the statistics that the run kept, or gathers them, which is most of the work of a few samples. */
export async function createSampleMaker(
	run: StoredRun,
	generator: StoredGenerator,
	statistics: Statistics = 'standing',
): Promise<SampleMaker> {
	const { settings, seed, fakeProbabilities, config } = run;
	const batchSize = settings.evaluationBatchSize;
	const { state } = generator;
	const gathered = generator.raw ? null : run.gathered;
	const standing =
		statistics === 'standing'
			? await createGeneratorSampler(state, settings, seed, fakeProbabilities, false, gathered)
			: undefined;
	const sampler: Pick<GeneratorSampler, 'images' | 'dispose'> =
		standing ?? createBatchSampler(state, batchSize);
	const images = (inputs: SampleInputs, from: number, to: number): Uint8Array => {
		// With standing statistics an image does not depend on its batch: one size of batch, one graph.
		const rows = statistics === 'standing' ? batchSize : to - from;
		const batch = imageBatch(inputs, { sampler, config, from, to, batchSize: rows });
		return toBytes(run, batch, to - from);
	};
	return {
		*draw(inputs) {
			for (let from = 0; from < inputs.count; from += batchSize) {
				yield images(inputs, from, Math.min(inputs.count, from + batchSize));
			}
		},
		*drawFakeSet(set, count) {
			if (standing === undefined) throw new RangeError('fake sets are made with standing statistics');
			// Each use advances the singular vectors by one power iteration: the run's sheet of samples, then every
			// batch of the sets before this one. One image advances them as far as a batch.
			for (let use = 0; use < 1 + set * Math.ceil(settings.fakesPerSet / batchSize); use++) {
				standing.classGrid(1, 1).dispose();
			}
			let missing = count;
			for (const batch of standing.fakeSet(set)) {
				const taken = Math.min(missing, batch.shape[0]);
				yield toBytes(run, batch, taken);
				missing -= taken;
				if (missing === 0) return;
			}
		},
		dispose: () => sampler.dispose(),
	};
}

/** The first images of a batch as bytes; disposes it. */
function toBytes({ folder }: StoredRun, batch: Tensor4D, count: number): Uint8Array {
	const values = batch.dataSync<'float32'>();
	const size = batch.shape[1] * batch.shape[2] * batch.shape[3];
	batch.dispose();
	const bytes = new Uint8Array(count * size);
	for (let index = 0; index < bytes.length; index++) {
		const value = values[index];
		if (!Number.isFinite(value)) {
			throw new RunFailedError(
				`${folder}: its generator gives ${value}: the training has diverged`,
				'sample an earlier checkpoint or another seed of the run',
			);
		}
		bytes[index] = Math.round(value * 255);
	}
	return bytes;
}
