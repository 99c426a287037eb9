import type { Scalar, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { z } from 'zod';
import type { Stream } from '../harness/tensor/random.ts';
import type { LabelDivisors } from './losses/label-divisors.ts';
import type { BigGanConfig, Resolution } from './networks/big-gan/config.ts';

/** Values of a method's own options, plain so that they can be written to a manifest. */
export type OptionValues = Readonly<Record<string, string | number | boolean>>;

/** Size of the networks of one run; everything else about them is the method's. */
export interface NetworkSize {
	/** Width and height of the images in pixels. */
	readonly resolution: Resolution;
	/** Width of the networks, `ch` in the paper's Tables 6 and 7; 96 in the paper. */
	readonly channels: number;
	/** Classes of the data set. */
	readonly classes: number;
}

/** The two networks with their weights bound, as a loss sees them. Batch sizes may differ from call to call. */
export interface Networks {
	/** D's features h [n, features] and its unconditional logits [n]. */
	discriminate(images: Tensor4D): { features: Tensor2D; logits: Tensor1D };
	/** Projection term of D's logits: Σ_c (y·V)_c h_c, [n]. */
	project(features: Tensor2D, labels: Tensor2D): Tensor1D;
	/** Logits [n, 4] of the rotations 0°, 90°, 180°, 270°. */
	predictRotation(features: Tensor2D): Tensor2D;
	/** Logits [n, classes] of the class head. */
	predictClass(features: Tensor2D): Tensor2D;
}

/** What one discriminator update sees. */
export interface DiscriminatorBatch {
	/** Real images [batch, R, R, 3] in [0, 1]. */
	readonly images: Tensor4D;
	/** Their labels [batch, classes]: one-hot, soft, or a zero row where there is none. */
	readonly labels: Tensor2D;
	/** For means over the labelled or the unlabelled ones among them, if this is a micro-batch; see there. */
	readonly divisors?: LabelDivisors;
	/** Generated images [batch, R, R, 3], constants for this update. */
	readonly fakes: Tensor4D;
	/** The labels [batch, classes] that they were generated from. */
	readonly fakeLabels: Tensor2D;
}

/** What one generator update sees. */
export interface GeneratorBatch {
	/** Generated images [batch, R, R, 3], differentiable with respect to the generator. */
	readonly fakes: Tensor4D;
	/** The labels [batch, classes] that they were generated from. */
	readonly fakeLabels: Tensor2D;
}

/** A loss with the quantities worth logging, all scalars. */
export interface Loss {
	readonly total: Scalar;
	/** `adversarialLoss`, if the total has other parts as well, is the one that the collapse watch looks at. */
	readonly logged: Readonly<Record<string, Scalar>>;
}

/** A row of the paper that a method stands for. */
export interface PaperRow {
	/** As printed. */
	readonly name: string;
	/** Tables that have it. */
	readonly tables: readonly number[];
}

/**
 * Where the labels of the real images come from:
 *
 * - `true-labels`: the data set; with a label fraction below 1 only the labelled images are used.
 * - `labels-or-none`: the data set for the labelled images, none (−1) for the others, which are used as well.
 * - `no-labels`: nowhere; `realLabels` of the method makes them up.
 * - `inferred-labels`: for every image the most likely class of a classifier that was trained with the label
 *   fraction (§3.1 of the paper). With all labels there is nothing to infer and the true ones are used.
 * - `inferred-soft-labels`: the probabilities of that classifier in place of its most likely class.
 * - `clusters`: for every image its cluster among the features of a network that was trained without labels
 *   (§3.1). The method has an option `clusters`, their number; the labels of fakes are drawn from their histogram.
 */
export type Labelling =
	| 'true-labels'
	| 'labels-or-none'
	| 'no-labels'
	| 'inferred-labels'
	| 'inferred-soft-labels'
	| 'clusters';

/**
 * A method of the paper, or a user's own: everything that tells it from another one, and nothing else. It is a
 * plain object, exported as `method` from `methods/<name>/method.ts` or from a module given by its path.
 */
export interface Method<Options extends OptionValues = OptionValues> {
	/** Name on the command line: lower case, words joined by hyphens. */
	readonly name: string;
	/** Title in the tables, as printed in the paper where it has one. */
	readonly title: string;
	/** One sentence for people. */
	readonly summary: string;
	/** Where the paper describes and measures it; null if it does not. */
	readonly paper: { readonly section: string; readonly rows: readonly PaperRow[] } | null;
	/** The equations that the losses below compute, as text. */
	readonly equations: readonly string[];
	/** Where the labels of its real images come from. */
	readonly labelling: Labelling;
	/** The method's own options with their defaults, ranges and meanings. */
	readonly options: z.ZodType<Options>;

	/** The networks at a given size. */
	networks(size: NetworkSize, options: Options): BigGanConfig;

	/**
	 * Labels that the networks get for real images, in [0, classes of the networks) or −1 for none. Called for
	 * every batch that is read. `labels` are those that `labelling` gave the same images; most methods return them
	 * as they are.
	 */
	realLabels(labels: Int32Array, classes: number, stream: Stream): Int32Array;

	discriminatorLoss(networks: Networks, batch: DiscriminatorBatch, options: Options): Loss;
	generatorLoss(networks: Networks, batch: GeneratorBatch, options: Options): Loss;
}
