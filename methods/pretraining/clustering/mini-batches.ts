import { createStream } from '../../../harness/tensor/random.ts';
import { type FeatureRows, gatherRows } from './feature-rows.ts';
import type { ClusterSettings } from './options.ts';

/** Row numbers without end: all rows in random order, then all of them in another order, and so on. */
function* shuffledRows(count: number, seed: number, restart: number): Generator<number, never> {
	for (let round = 0; ; round++) {
		yield* createStream(seed, 'clustering', restart, 'rows', round).permutation(count);
	}
}

/**
 * Mini-batches [batchRows, d] without end, each there until the next one is asked for. Rows come in shuffled rounds rather than independently, as in
 * Sculley (2010): every row is seen once before any is seen twice, and a batch of all rows is just that.
 *
 * Features without random access are read in order, as many batches ahead as the memory holds; the batches
 * are the same ones.
 */
export function* miniBatches(
	features: FeatureRows,
	settings: ClusterSettings,
	restart: number,
): Generator<Float32Array, never> {
	const { batchRows, iterations, memoryMebibytes, seed } = settings;
	const numbers = shuffledRows(features.count, seed, restart);
	const batchValues = batchRows * features.dimension;
	const affordable = Math.max(1, Math.floor((memoryMebibytes * 2 ** 20) / (batchValues * 4)));
	const ahead = features.rows ? 1 : Math.min(affordable, iterations);
	// One array for all of them: a new one for each would cost as much as filling it.
	const values = new Float32Array(ahead * batchValues);
	for (;;) {
		const indices = Uint32Array.from({ length: ahead * batchRows }, () => numbers.next().value);
		const rows = gatherRows(features, indices, values);
		for (let batch = 0; batch < ahead; batch++) {
			yield rows.subarray(batch * batchValues, (batch + 1) * batchValues);
		}
	}
}
