import type { Tensor, Tensor3D } from '@tensorflow/tfjs-node-gpu';
import { computeAfter } from '../../../harness/tensor/compile/compute-after.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { largestAttentionTurn, largestWholeAttention } from './attention-limits.ts';

/**
 * softmax(queries keysᵀ) values: [N, P, C]. Beyond `largestWholeAttention` elements, the weights [N, P, K] of the whole batch
 * never exist: images are taken in turns, one after the other in a compiled graph too, and the backward pass computes
 * each turn's weights again. One image is never divided.
 *
 * @param queries [N, P, H]
 * @param keys [N, K, H]
 * @param values [N, K, C]
 * @param limits elements, for tests; see `largestWholeAttention` and `largestAttentionTurn`
 */
export function attend(
	queries: Tensor3D,
	keys: Tensor3D,
	values: Tensor3D,
	limits: { readonly whole: number; readonly turn: number } = {
		whole: largestWholeAttention,
		turn: largestAttentionTurn,
	},
): Tensor3D {
	const [images, positions] = queries.shape;
	const elements = positions * keys.shape[1]; // of one image
	if (images * elements <= limits.whole || images === 1)
		return attendAtOnce()(queries, keys, values) as Tensor3D;
	const size = Math.max(1, Math.floor(limits.turn / elements));
	const turns = Array.from({ length: Math.ceil(images / size) }, (_, turn) => ({
		start: turn * size,
		count: Math.min(size, images - turn * size),
	}));
	return attendInTurns(turns)(queries, keys, values) as Tensor3D;
}

/** Attention weights, not yet divided by their sums. */
interface Weights {
	/** exp(score − largest score of the row): [N, P, K] */
	readonly exponentials: Tensor3D;
	/** Of each row: [N, P, 1], at least 1. */
	readonly sums: Tensor3D;
}

function weigh(queries: Tensor3D, keys: Tensor3D): Weights {
	const exponentials: Tensor3D = tf.tidy(() => {
		const scores = tf.matMul(queries, keys, false, true);
		return tf.exp(tf.sub(scores, tf.max(scores, -1, true)));
	});
	return { exponentials, sums: tf.sum(exponentials, -1, true) };
}

/** The product is divided, not the weights: it has fewer elements. */
const mix = ({ exponentials, sums }: Weights, values: Tensor3D): Tensor3D =>
	tf.div(tf.matMul(exponentials, values), sums);

interface Attention extends Weights {
	readonly queries: Tensor3D;
	readonly keys: Tensor3D;
	readonly values: Tensor3D;
	/** Of `mix`. */
	readonly output: Tensor3D;
}

/**
 * Gradients of queries, keys and values. With W the weights and G the gradient of the output, that of the scores is
 * W ∘ (G valuesᵀ − Σ_k W ∘ G valuesᵀ), and the sum over keys is that of G ∘ output over channels, which are fewer.
 */
function differentiate(attention: Attention, upstream: Tensor3D): Tensor3D[] {
	return tf.tidy(() => {
		const { queries, keys, values, exponentials, sums, output } = attention;
		const scaled: Tensor3D = tf.div(upstream, sums);
		const along = tf.sum(tf.mul(scaled, output), -1, true); // [N, P, 1]
		const ofScores: Tensor3D = tf.mul(exponentials, tf.sub(tf.matMul(scaled, values, false, true), along));
		return [
			tf.matMul(ofScores, keys),
			// Transposing the narrow factor and the result is faster than the wide factor.
			tf.transpose(tf.matMul(queries, ofScores, true, false), [0, 2, 1]),
			tf.transpose(tf.matMul(scaled, exponentials, true, false), [0, 2, 1]),
		] as Tensor3D[];
	});
}

/** Attention of all images together, which keeps their weights. */
const attendAtOnce = () =>
	tf.customGrad((...given) => {
		const [queries, keys, values, save] = given as unknown as CustomArguments;
		const weights = weigh(queries, keys);
		const output = mix(weights, values);
		save([queries, keys, values, weights.exponentials, weights.sums, output]);
		return {
			value: output,
			gradFunc: (upstream, saved) => {
				const [q, k, v, exponentials, sums, mixed] = saved as Tensor3D[];
				return differentiate(
					{ queries: q, keys: k, values: v, exponentials, sums, output: mixed },
					upstream as Tensor3D,
				);
			},
		};
	});

type CustomArguments = [Tensor3D, Tensor3D, Tensor3D, (tensors: Tensor[]) => void];

interface Turn {
	/** First image. */
	readonly start: number;
	/** Images. */
	readonly count: number;
}

const part = (x: Tensor3D, { start, count }: Turn): Tensor3D =>
	tf.slice(x, [start, 0, 0], [count, x.shape[1], x.shape[2]]);

/** Attention whose turns follow each other, forwards and backwards. */
const attendInTurns = (turns: readonly Turn[]) =>
	tf.customGrad((...given) => {
		const [queries, keys, values, save] = given as unknown as CustomArguments;
		const outputs: Tensor3D[] = [];
		for (const turn of turns) {
			outputs.push(
				tf.tidy(() => {
					const [own] = computeAfter([part(queries, turn)], outputs.slice(-1));
					return mix(weigh(own, part(keys, turn)), part(values, turn));
				}),
			);
		}
		const output = tf.concat(outputs);
		save([queries, keys, values, output]);
		return {
			value: output,
			gradFunc: (upstream, saved) => differentiateInTurns(turns, upstream as Tensor3D, saved as Tensor3D[]),
		};
	});

/** Gradients of queries, keys and values. */
function differentiateInTurns(
	turns: readonly Turn[],
	upstream: Tensor3D,
	saved: readonly Tensor3D[],
): Tensor3D[] {
	const gradients: Tensor3D[][] = [];
	for (const turn of turns) {
		gradients.push(
			tf.tidy(() => {
				const [allQueries, keys, values, output] = saved.map(each => part(each, turn));
				// The first turn waits for the gradient, also because computations that are written the same are computed
				// once: this one would be that of the forward pass, and its weights kept from there.
				const [queries, ownUpstream] = computeAfter(
					[allQueries, part(upstream, turn)],
					gradients.at(-1) ?? [upstream],
				);
				return differentiate({ queries, keys, values, output, ...weigh(queries, keys) }, ownUpstream);
			}),
		);
	}
	return [0, 1, 2].map(input => tf.concat(gradients.map(each => each[input])));
}
