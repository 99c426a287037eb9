import path from 'node:path';
import { RunFailedError } from '../../errors.ts';
import { cacheFolder } from '../../tensor/runtime-location.ts';
import { openFeatureCache } from '../cache/feature-cache.ts';
import { compileExtraction } from '../compiled-extraction.ts';
import type { InstalledInception } from '../inception/installed.ts';
import { loadInception } from '../inception/installed.ts';
import type { Preset } from '../protocols/preset.ts';
import { preprocessingOf } from '../protocols/score-protocol.ts';
import { extractFeatures } from '../score/extract-features.ts';
import { inceptionExtractor } from '../score/extractor.ts';
import { prepareStack } from '../score/prepare-stack.ts';
import { tf32Note, usesTf32 } from '../score/tensor-float-32.ts';
import { splitPictures } from '../sources/split-pictures.ts';
import type { Evaluator } from './evaluator.ts';

// Real images that go through the network at once. Part of the numbers' last digits, so one size for all.
const referenceBatch = 64;

function requireFinitePixels(pixels: Float32Array): void {
	for (let index = 0; index < pixels.length; index++) {
		if (Number.isFinite(pixels[index])) continue;
		throw new RunFailedError(
			`images: expected finite pixels, got ${pixels[index]}`,
			'look at the images that were scored: a generator that has diverged gives NaN',
		);
	}
}

/**
 * Scores by the network of 2015-12-05 under a protocol's preprocessing. Real features are kept in the machine's
 * cache, where `score` finds them too.
 *
 * @param inception disposed with the evaluator
 */
function inceptionEvaluator(inception: InstalledInception, preset: Preset): Evaluator {
	const extractor = inceptionExtractor(inception, preset);
	const compiled = compileExtraction(images => extractor.extract(images));
	const { name, fingerprint, proxy, dimension, classes, logitsBias, resolution: size } = extractor;
	return {
		kind: 'inception',
		name,
		fingerprint,
		proxy,
		dimension,
		classes,
		logitsBias,
		rules: preset,
		preprocessing: { ...preprocessingOf(preset), resolution: size },
		referenceSplit: preset.referenceSplit.value,
		provenance: inception.provenance,
		notes: [...extractor.notes, ...(usesTf32() ? [tf32Note] : [])],
		extract(images) {
			const [count, height, width] = images.shape;
			const pixels = images.dataSync<'float32'>().map(value => value * 255);
			requireFinitePixels(pixels);
			const prepared = prepareStack({ count, height, width, pixels }, preset, size);
			try {
				return compiled.extract(prepared);
			} finally {
				prepared.dispose();
			}
		},
		async reference(split, resolution, options = {}) {
			const { cache = openFeatureCache(path.join(cacheFolder(), 'metrics', 'features')) } = options;
			const source = splitPictures(split, {
				name: 'real images',
				split: preset.referenceSplit.value,
				resolution,
			});
			const { entry } = await extractFeatures(source, {
				...options,
				preset,
				extractor: { ...extractor, extract: compiled.extract },
				cache,
				batchSize: referenceBatch,
			});
			return entry;
		},
		dispose() {
			compiled.dispose();
			extractor.dispose();
		},
	};
}

/**
 * @throws EnvironmentError if no weights are installed
 * @throws UsageError if the installed file is damaged
 */
export const loadInceptionEvaluator = (preset: Preset): Evaluator =>
	inceptionEvaluator(loadInception(), preset);
