import { findPreset } from '../../metrics/protocols/presets.ts';
import { loadExtractor } from '../../metrics/score/extractor.ts';
import { prepareStack } from '../../metrics/score/prepare-stack.ts';
import { type ImageSpace, pixelSpace } from '../../samples/nearest.ts';
import { tf } from '../../tensor/tensorflow.ts';

/**
 * The space in which images are compared: pixels, or the features of a network under the paper's protocol.
 *
 * @param network `proxy:FOLDER` or `inception`; pixels if undefined
 * @throws UsageError for another text
 * @throws EnvironmentError if Inception's weights are not installed
 */
export async function openImageSpace(
	network: string | undefined,
	resolution: number,
): Promise<ImageSpace & { dispose(): void }> {
	if (network === undefined) return { ...pixelSpace(resolution), dispose: () => {} };
	const preset = findPreset('tfgan-s3gan');
	const extractor = await loadExtractor(network, preset);
	return {
		name: `features of the ${extractor.name}`,
		dimension: extractor.dimension,
		vectors: (pixels, count) => {
			const images = prepareStack(
				{ count, height: resolution, width: resolution, pixels },
				preset,
				extractor.resolution,
			);
			try {
				const { features, logits } = extractor.extract(images);
				logits.dispose();
				return features;
			} finally {
				tf.dispose(images);
			}
		},
		dispose: () => extractor.dispose(),
	};
}
