import { createHash } from 'node:crypto';
import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { openStoredGenerator } from '../../samples/stored-generator.ts';
import type { StoredRun } from '../../samples/stored-run.ts';
import { createGeneratorSampler, type GeneratorSampler } from '../../train/generator-sampler.ts';
import type { TrainingSettings } from '../../train/settings.ts';

/** The fakes that a run is measured on. */
export interface RunFakes {
	/** Digest of what decides the images of a set. */
	contentOf(set: number): string;
	/**
	 * Images of a set, [n, R, R, 3] in [0, 1], to be disposed by the caller. Sets before it are drawn first, because
	 * every batch advances the generator's singular vectors; sets come in ascending order.
	 */
	batches(set: number): Iterable<Tensor4D>;
	/** To be awaited before the first batch: gathers the standing statistics where the run did not keep them. */
	prepare(signal?: AbortSignal): Promise<void>;
	dispose(): void;
}

/**
 * Draws the fake sets of a run as its own measuring drew them, to the last bit: averaged weights, standing
 * statistics, latents and labels from its seed.
 *
 * @param settings those of the run
 * @param weightsFileDigest SHA-256 of the file of the weights
 */
export function openRunFakes(
	run: StoredRun,
	settings: TrainingSettings,
	weightsFileDigest: string,
): RunFakes {
	const { seed, fakeProbabilities, gathered, method, options } = run;
	const generator = openStoredGenerator(run);
	let sampler: GeneratorSampler | undefined;
	let drawn = 0;
	return {
		contentOf: set =>
			createHash('sha256')
				.update(JSON.stringify(['run samples [0, 1]', method.name, options, settings, seed, set]))
				.update(JSON.stringify(fakeProbabilities))
				.update(weightsFileDigest)
				.digest('hex'),
		async prepare(signal) {
			if (sampler) return;
			const { state } = generator;
			sampler = await createGeneratorSampler(state, settings, seed, fakeProbabilities, false, gathered, {
				signal,
			});
			// The run drew its sample sheet first, which moved the singular vectors on by one power iteration.
			sampler.classGrid(1, 1).dispose();
		},
		*batches(set) {
			if (!sampler) throw new RangeError('fakes of a run: prepare comes first');
			for (; drawn < set; drawn++) {
				for (const batch of sampler.fakeSet(drawn)) batch.dispose();
			}
			drawn += 1;
			yield* sampler.fakeSet(set);
		},
		dispose() {
			sampler?.dispose();
			generator.dispose();
		},
	};
}
