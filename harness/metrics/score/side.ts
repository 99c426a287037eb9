import type { FeatureSet } from '../feature-set.ts';
import type { FeatureStatistics } from '../feature-statistics.ts';
import type { PictureLabels } from '../sources/source.ts';

/** One side of a score, as far as it is known. */
export interface Side {
	readonly kind: 'pictures' | 'features' | 'statistics';
	/** 0 where statistics do not say. */
	readonly count: number;
	statistics(): FeatureStatistics | Promise<FeatureStatistics>;
	/** Undefined where only statistics are known. */
	readonly features: FeatureSet | undefined;
	/** Undefined where images are not known. */
	readonly logits: { readonly classes: number; rows(): Iterable<Float32Array> } | undefined;
	/** Classes of the images, where they are known. */
	readonly labels?: PictureLabels;
	/** Digest of the content, where it is known. */
	readonly digest?: string;
	/** Folder of the run that drew the images. */
	readonly run?: string;
}
