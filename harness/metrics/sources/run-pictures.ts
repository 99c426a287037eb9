import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openStoredGenerator } from '../../samples/stored-generator.ts';
import { openStoredRun, refuseRun } from '../../samples/stored-run.ts';
import { createGeneratorSampler, restoreGeneratorSampler } from '../../train/generator-sampler.ts';
import type { ImageStack } from '../resize/resize-images.ts';
import { labelsOfFakes } from './run-labels.ts';
import type { PictureSource } from './source.ts';

/**
 * Samples of a finished run, drawn as its own evaluation drew its first fake set: averaged weights, batch norm's
 * standing statistics, latents and labels from the run's seed. They stay floats.
 *
 * @throws UsageError if the run has no result, or lacks a manifest or weights that fit the method
 */
export async function openRunPictures(folder: string): Promise<PictureSource> {
	const run = await openStoredRun(folder);
	const { method, options, settings, seed, fakeProbabilities } = run;
	const generator = openStoredGenerator(run);
	const classes = labelsOfFakes(run, 0);
	let { gathered } = run;
	const standingImages = settings.standingBatches * settings.evaluationBatchSize;
	return {
		kind: 'pictures',
		name: folder,
		split: 'generated',
		generatorMode: `EMA + standing statistics of ${standingImages} images`,
		seeds: { run: seed, fakeSet: 0 },
		run: folder,
		...(classes && { labels: classes }),
		count: settings.fakesPerSet,
		close: () => generator.dispose(),
		digest: async () =>
			createHash('sha256')
				.update(JSON.stringify(['run samples', method.name, options, settings, seed, 0]))
				.update(JSON.stringify(fakeProbabilities))
				.update(readFileSync(run.weightsFile))
				.digest('hex'),
		async prepare(signal) {
			if (gathered) return;
			const { state } = generator;
			const sampler = await createGeneratorSampler(state, settings, seed, fakeProbabilities, false, null, {
				signal,
			});
			gathered = sampler.gathered();
			sampler.dispose();
		},
		*stacks(): Generator<ImageStack> {
			if (!gathered) throw new RangeError('pictures of a run: prepare comes first');
			const sampler = restoreGeneratorSampler(
				generator.state,
				settings,
				seed,
				fakeProbabilities,
				false,
				gathered,
			);
			try {
				// The run drew its sample sheet first, which moved the singular vectors on by one power iteration.
				sampler.classGrid(1, 1).dispose();
				for (const batch of sampler.fakeSet(0)) {
					const pixels = batch.dataSync<'float32'>().map(value => value * 255);
					const [count, height, width] = batch.shape;
					batch.dispose();
					const position = pixels.findIndex(value => !Number.isFinite(value));
					if (position !== -1) {
						refuseRun(folder, `its generator gives ${pixels[position]}: the training has diverged`);
					}
					yield { count, height, width, pixels };
				}
			} finally {
				sampler.dispose();
			}
		},
	};
}
