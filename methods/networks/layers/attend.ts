import type { Tensor, Tensor3D } from '@tensorflow/tfjs-node-gpu';
import { computeAfter } from '../../../harness/tensor/compile/compute-after.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { largestAttentionTurn, largestWholeAttention } from './attention-limits.ts';
import { softmax } from './softmax.ts';

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
	if (images * elements <= limits.whole || images === 1) return tf.matMul(weigh(queries, keys), values);
	const size = Math.max(1, Math.floor(limits.turn / elements));
	const turns = Array.from({ length: Math.ceil(images / size) }, (_, turn) => ({
		start: turn * size,
		count: Math.min(size, images - turn * size),
	}));
	return attendInTurns(turns)(queries, keys, values) as Tensor3D;
}

/** Attention weights [N, P, K]: each row sums to 1. */
const weigh = (queries: Tensor3D, keys: Tensor3D): Tensor3D => softmax(tf.matMul(queries, keys, false, true));

interface Turn {
	/** First image. */
	readonly start: number;
	/** Images. */
	readonly count: number;
}

const part = (x: Tensor3D, { start, count }: Turn): Tensor3D =>
	tf.slice(x, [start, 0, 0], [count, x.shape[1], x.shape[2]]);

/** Attention whose turns follow each other, forwards and backwards. */
function attendInTurns(turns: readonly Turn[]) {
	return tf.customGrad((...given) => {
		const [queries, keys, values, save] = given as unknown as [
			Tensor3D,
			Tensor3D,
			Tensor3D,
			(tensors: Tensor[]) => void,
		];
		save([queries, keys, values]);
		const outputs: Tensor3D[] = [];
		for (const turn of turns) {
			outputs.push(
				tf.tidy(() => {
					const [own] = computeAfter([part(queries, turn)], outputs.slice(-1));
					return tf.matMul(weigh(own, part(keys, turn)), part(values, turn)) as Tensor3D;
				}),
			);
		}
		return {
			value: tf.concat(outputs),
			gradFunc: (upstream, saved) => differentiate(turns, upstream as Tensor3D, saved as Tensor3D[]),
		};
	});
}

/** Gradients of queries, keys and values. */
function differentiate(
	turns: readonly Turn[],
	upstream: Tensor3D,
	[queries, keys, values]: readonly Tensor3D[],
): Tensor3D[] {
	const gradients: Tensor3D[][] = [];
	for (const turn of turns) {
		gradients.push(
			tf.tidy(() => {
				// The first turn waits for the gradient, also because computations that are written the same are computed
				// once: this one would be that of the forward pass, and its weights kept from there.
				const [ownQueries, ownUpstream] = computeAfter(
					[part(queries, turn), part(upstream, turn)],
					gradients.at(-1) ?? [upstream],
				);
				const [ownKeys, ownValues] = [part(keys, turn), part(values, turn)];
				const weights = weigh(ownQueries, ownKeys); // [n, P, K]
				const ofValues = tf.matMul(weights, ownUpstream, true, false);
				const weighted = tf.mul(tf.matMul(ownUpstream, ownValues, false, true), weights);
				const ofScores = tf.sub(weighted, tf.mul(weights, tf.sum(weighted, -1, true)));
				return [
					tf.matMul(ofScores, ownKeys),
					tf.matMul(ofScores, ownQueries, true, false),
					ofValues,
				] as Tensor3D[];
			}),
		);
	}
	return [0, 1, 2].map(input => tf.concat(gradients.map(each => each[input])));
}
