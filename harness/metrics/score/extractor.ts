import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { UsageError } from '../../errors.ts';
import { tf } from '../../tensor/tensorflow.ts';
import { compileExtraction } from '../compiled-extraction.ts';
import type { FeatureNetwork } from '../feature-network/feature-network.ts';
import type { Inception } from '../inception/inception.ts';
import { type InceptionProvenance, unverifiedNotes } from '../inception/provenance.ts';
import { fallbackRules } from '../protocols/fallback-rules.ts';
import type { Preset } from '../protocols/preset.ts';

/** A network that turns images into features and logits, with the protocol's scaling built in. */
export interface ScoreExtractor {
	/** For people. */
	readonly name: string;
	/** Digest of weights and computation. */
	readonly fingerprint: string;
	/** True for networks other than Inception. */
	readonly proxy: boolean;
	/** Length of a feature vector. */
	readonly dimension: number;
	/** Length of the logits. */
	readonly classes: number;
	/** Height and width that images are resized to. */
	readonly resolution: number;
	/** Whether logits have the bias of the last layer. */
	readonly logitsBias: boolean;
	/** Where its weights come from; undefined for networks that were trained here. */
	readonly provenance?: InceptionProvenance;
	/** Remarks that must stand beside every score. */
	readonly notes: readonly string[];
	/**
	 * @param images [n, resolution, resolution, 3], RGB in [0, 255]; not disposed here
	 * @returns features [n, dimension] and logits [n, classes]; the caller disposes both
	 */
	extract(images: Tensor4D): { features: Tensor2D; logits: Tensor2D };
	dispose(): void;
}

/** Inception under a protocol's scaling and choice of logits. */
export function inceptionExtractor(
	inception: Inception & { readonly provenance?: InceptionProvenance },
	preset: Pick<Preset, 'scaling' | 'inceptionScore'>,
): ScoreExtractor {
	const { bias } = preset.inceptionScore?.value ?? fallbackRules.is.value;
	const { fingerprint, dimension, classes, resolution, provenance } = inception;
	return {
		name: 'Inception 2015-12-05',
		fingerprint,
		proxy: false,
		dimension,
		classes,
		resolution,
		logitsBias: bias,
		...(provenance && { provenance }),
		notes: provenance ? unverifiedNotes(provenance) : [],
		extract(images) {
			return tf.tidy(() => {
				// Powers of two: no rounding.
				const scaled: Tensor4D =
					preset.scaling.value === '(x - 128) / 128'
						? tf.mul(tf.sub(images, 128), 1 / 128)
						: tf.sub(tf.mul(tf.div(images, 255), 2), 1);
				const { pool, logits, logitsWithoutBias } = inception.extract(scaled);
				return { features: pool, logits: bias ? logits : logitsWithoutBias };
			});
		},
		dispose: () => inception.dispose(),
	};
}

export const proxyNote =
	'proxy scores: features of a network trained on the data set, comparable among themselves only';

/** A feature network that was trained on the data set itself. Its scores are proxies. */
function proxyExtractor(network: FeatureNetwork): ScoreExtractor {
	const { fingerprint, dimension, classes, resolution } = network;
	return {
		name: 'convolutional classifier trained on the data set',
		fingerprint,
		proxy: true,
		dimension,
		classes,
		resolution,
		logitsBias: true,
		notes: [proxyNote],
		extract(images) {
			const scaled = tf.div(images, 255) as Tensor4D;
			try {
				return network.extract(scaled);
			} finally {
				scaled.dispose();
			}
		},
		dispose: () => network.dispose(),
	};
}

/** The same network, compiled for the size of batch that comes again and again; the same numbers. */
function compiled(extractor: ScoreExtractor): ScoreExtractor {
	const compilation = compileExtraction(images => extractor.extract(images));
	return {
		...extractor,
		extract: compilation.extract,
		dispose() {
			compilation.dispose();
			extractor.dispose();
		},
	};
}

/**
 * Loads a network: `inception`, or `proxy:FOLDER` with what `FeatureNetwork.save` left there.
 *
 * @throws UsageError for another text, or a folder that is no feature network
 * @throws EnvironmentError if Inception's weights are not installed
 */
export async function loadExtractor(text: string, preset: Preset): Promise<ScoreExtractor> {
	if (text === 'inception') {
		const { loadInception } = await import('../inception/installed.ts');
		return compiled(inceptionExtractor(loadInception(), preset));
	}
	const folder = /^proxy:(.+)$/su.exec(text)?.[1];
	if (folder === undefined) {
		throw new UsageError(
			`extractor: expected inception or proxy:FOLDER, got '${text}'`,
			'a grid keeps its feature network in OUT/shared/feature-networks/ID',
		);
	}
	const { loadFeatureNetwork } = await import('../feature-network/storage.ts');
	return compiled(proxyExtractor(loadFeatureNetwork(folder)));
}
