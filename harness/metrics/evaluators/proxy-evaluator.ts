import type { ImageSplit } from '../../data/data-set.ts';
import { compileExtraction } from '../compiled-extraction.ts';
import type { FeatureNetwork } from '../feature-network/feature-network.ts';
import { imageBatches } from '../image-batches.ts';
import { proxyNote } from '../score/extractor.ts';
import { splitPictures } from '../sources/split-pictures.ts';
import { type CountedBatches, cachedFeatures, streamedFeatures } from './batch-features.ts';
import type { Evaluator, MetricRules } from './evaluator.ts';

const source = 'harness/metrics/protocol.ts';

/** What `proxyProtocol` says. Kernel distance, precision and recall go by `fallbackRules`. */
const proxyRules: MetricRules = {
	name: 'proxy',
	traceRule: { value: 'exact', source },
	inceptionScore: { value: { splits: 1, bias: true }, source },
	kernelDistance: null,
	manifold: null,
};

/** What images are before the network sees them. */
const preprocessing = { pixels: '[0, 1], quantisation none' };

/**
 * Scores by a feature network that was trained on the data set itself.
 *
 * @param network disposed with the evaluator
 */
export function proxyEvaluator(network: FeatureNetwork): Evaluator {
	const compiled = compileExtraction(images => network.extract(images));
	const { fingerprint, dimension, classes } = network;
	const evaluator: Evaluator = {
		kind: 'proxy',
		name: 'convolutional classifier trained on the data set',
		fingerprint,
		proxy: true,
		dimension,
		classes,
		logitsBias: true,
		rules: proxyRules,
		preprocessing,
		referenceSplit: 'test',
		notes: [proxyNote],
		extract: compiled.extract,
		async reference(split: ImageSplit, resolution, { cache, onProgress, signal } = {}) {
			const images: CountedBatches = { count: split.count, batches: () => imageBatches(split, resolution) };
			if (!cache) return streamedFeatures(evaluator, images);
			const pictures = splitPictures(split, { name: 'real images', split: 'test', resolution });
			const content = await pictures.digest(() => {}, signal);
			return cachedFeatures(evaluator, images, { content, cache, onProgress, signal });
		},
		dispose() {
			compiled.dispose();
			network.dispose();
		},
	};
	return evaluator;
}
