import type { FeatureSet } from '../feature-set.ts';
import type { FeatureStatistics } from '../feature-statistics.ts';
import type { InceptionProvenance } from '../inception/provenance.ts';
import type { JpegDecoding } from '../protocols/preset.ts';
import type { ImageStack } from '../resize/resize-images.ts';

interface SourceBase {
	/** What the user gave, for messages. */
	readonly name: string;
	/** Split of a data set, or `as given`. */
	readonly split: string;
	/** Frees what was unpacked or loaded for this source. */
	close(): void;
}

/** Told how much of a pass over the source is done. */
export type SourceProgress = (done: number, total: number) => void;

/** Classes of the images of a source. */
export interface PictureLabels {
	/** Class of each image, from 0, in the order of the images. */
	readonly values: ArrayLike<number>;
	/** Number of classes; undefined where nothing says how many there are. */
	readonly classes: number | undefined;
	/** Names of the classes, where they have any. */
	readonly names: readonly string[] | undefined;
}

/** Images, decoded batch by batch as often as needed. */
export interface PictureSource extends SourceBase {
	readonly kind: 'pictures';
	readonly count: number;
	/** `as given`, or how a generator drew them. */
	readonly generatorMode: string;
	/** Seeds of what was drawn. */
	readonly seeds: Readonly<Record<string, number>>;
	/** What a reader of scores must know of the source. */
	readonly notes?: readonly string[];
	/** Undefined where classes are not known. */
	readonly labels?: PictureLabels;
	/** Folder of the run that draws the images. */
	readonly run?: string;
	/**
	 * SHA-256 over what decides the pixels and their order, never over names: bytes of files, pixels of arrays,
	 * weights and latents of generators.
	 */
	digest(onProgress: SourceProgress, signal?: AbortSignal): Promise<string>;
	/**
	 * All images in order, images of one size together. Throws UsageError for an image that cannot be decoded,
	 * naming it.
	 */
	stacks(options: PictureReading): Iterable<ImageStack>;
	/** Work that has to be done before the first stack, a turn of the event loop at a time. */
	prepare?(signal?: AbortSignal): Promise<void>;
}

export interface PictureReading {
	readonly jpegDecoding: JpegDecoding;
	/** Most images of a stack. */
	readonly batchSize: number;
}

/** Feature vectors that some program wrote. */
export interface FeatureSource extends SourceBase {
	readonly kind: 'features';
	readonly count: number;
	readonly dimension: number;
	/** Undefined where classes are not known. */
	readonly labels?: PictureLabels;
	digest(onProgress: SourceProgress, signal?: AbortSignal): Promise<string>;
	readonly features: FeatureSet;
}

/** Who computed statistics, and under what protocol, as far as the file says. */
export interface StatisticsOrigin {
	readonly extractorFingerprint: string;
	readonly extractor: string;
	/** Preprocessing as `preprocessingOf` gives it, canonical JSON. */
	readonly preprocessing: string;
	readonly preset: string;
	readonly contentDigest: string;
	readonly split: string;
	/** Where Inception's weights come from. Not in files of earlier versions, nor of other networks. */
	readonly weights?: InceptionProvenance;
	/** Whether products may have been rounded to TF32. Not in files of earlier versions. */
	readonly tf32?: boolean;
}

/** Mean and covariance that some program wrote. */
export interface StatisticsSource extends SourceBase {
	readonly kind: 'statistics';
	/** `count` is 0 where the file does not say. */
	readonly statistics: FeatureStatistics;
	/** Undefined for files of other programs, which say nothing. */
	readonly origin: StatisticsOrigin | undefined;
	digest(): Promise<string>;
}

export type ScoreSource = PictureSource | FeatureSource | StatisticsSource;
