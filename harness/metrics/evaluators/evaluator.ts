import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { ImageSplit } from '../../data/data-set.ts';
import type { FeatureCache } from '../cache/feature-cache.ts';
import type { FeatureSet } from '../feature-set.ts';
import type { FeatureStatistics } from '../feature-statistics.ts';
import type { InceptionProvenance } from '../inception/provenance.ts';
import type { Preset } from '../protocols/preset.ts';

export const evaluatorKinds = ['proxy', 'inception'] as const;

/**
 * What scores a run: `inception` the network that published scores stand on, `proxy` a feature network that was
 * trained on the data set itself.
 */
export type EvaluatorKind = (typeof evaluatorKinds)[number];

/** The rules of a protocol that metrics go by, once there are features. */
export type MetricRules = Pick<Preset, 'traceRule' | 'inceptionScore' | 'kernelDistance' | 'manifold'> & {
	readonly name: string;
};

/** The real side of a data set, in features. */
export interface ReferenceFeatures {
	readonly count: number;
	/** Streamed from disk or from the images, as often as it is read. */
	readonly features: FeatureSet;
	statistics(): FeatureStatistics;
	/** Logits, some images at a time. */
	logits(): Iterable<Float32Array>;
}

export interface ReferenceOptions {
	/** Where features are kept. Without, Inception's go to the cache of the machine, a proxy's nowhere. */
	readonly cache?: FeatureCache;
	/** Told how many images are done. */
	readonly onProgress?: (phase: string, done: number, total: number) => void;
	readonly signal?: AbortSignal;
}

/** Scores the images of a data set's models, under one protocol. */
export interface Evaluator {
	readonly kind: EvaluatorKind;
	/** For people. */
	readonly name: string;
	/** Digest of the network's weights and computation: part of the identity of a run. */
	readonly fingerprint: string;
	/** True for networks other than Inception. */
	readonly proxy: boolean;
	/** Length of a feature vector. */
	readonly dimension: number;
	/** Length of the logits. */
	readonly classes: number;
	readonly rules: MetricRules;
	/** What decides a feature vector besides image and network: part of every cache key. */
	readonly preprocessing: Readonly<Record<string, string | number | boolean>>;
	/** Whether logits have the bias of the last layer. */
	readonly logitsBias: boolean;
	/** Split of the data set that is the real side. */
	readonly referenceSplit: 'train' | 'test';
	/** Where Inception's weights come from; undefined for a proxy. */
	readonly provenance?: InceptionProvenance;
	/** Remarks that must stand beside every score. */
	readonly notes: readonly string[];
	/**
	 * @param images [n, R, R, 3] in [0, 1] at the resolution of the data set, not rounded; not disposed here
	 * @returns features [n, dimension] and logits [n, classes]; the caller disposes both
	 */
	extract(images: Tensor4D): { features: Tensor2D; logits: Tensor2D };
	/**
	 * Features of real images, from the cache if they are there. Memory is one batch and the covariance.
	 *
	 * @throws UsageError if there is no image
	 * @throws EnvironmentError if the cache cannot be written
	 */
	reference(split: ImageSplit, resolution: number, options?: ReferenceOptions): Promise<ReferenceFeatures>;
	dispose(): void;
}
