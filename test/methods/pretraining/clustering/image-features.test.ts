import test from 'ava';
import { memorySplit } from '../../../../harness/data/memory-split.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { clusterFeatures } from '../../../../methods/pretraining/clustering/cluster-features.ts';
import { gatherRows, readAllRows } from '../../../../methods/pretraining/clustering/feature-rows.ts';
import {
	type ImageFeatureExtractor,
	imageFeatures,
} from '../../../../methods/pretraining/clustering/image-features.ts';

/** Images of 2 × 2 pixels, each of one color: 20 shades in each of 3 colors. */
const split = memorySplit(
	Uint8Array.from({ length: 60 * 12 }, (_, position) => {
		const image = Math.floor(position / 12);
		return position % 3 === image % 3 ? 200 + Math.floor(image / 3) : 0;
	}),
	Int32Array.from({ length: 60 }, (_, image) => image % 3),
);

/** The mean color of each image; counts the images that it sees. */
function meanColor(): ImageFeatureExtractor & { images: number } {
	return {
		dimension: 3,
		images: 0,
		features(images) {
			this.images += images.shape[0];
			return tf.mean(images, [1, 2]);
		},
	};
}

test('features that fit are computed once, others when they are read: the same ones', async t => {
	tf.zeros([1]).dispose();
	const before = tf.memory().numTensors;
	const [once, lazy] = [meanColor(), meanColor()];
	const fractions: number[] = [];
	const kept = imageFeatures(once, split, {
		resolution: 2,
		batchSize: 32,
		onProgress: fraction => fractions.push(fraction),
	});
	const computed = imageFeatures(lazy, split, { resolution: 2, batchSize: 7, memoryMebibytes: 0 });
	t.deepEqual(fractions, [32 / 60, 1]);
	t.is(lazy.images, 0);
	const indices = Uint32Array.of(59, 3, 4, 4);
	const rows = gatherRows(kept, indices);
	t.deepEqual(gatherRows(computed, indices), rows);
	t.true(Math.abs(rows[2] - 219 / 255) < 1e-6);
	const all = new Float32Array(180);
	readAllRows(computed, (values, firstRow) => all.set(values, 3 * firstRow));
	readAllRows(kept, (values, firstRow) =>
		t.deepEqual(values, all.slice(3 * firstRow, 3 * firstRow + values.length)),
	);
	t.deepEqual([once.images, lazy.images], [60, 64]);

	const found = await clusterFeatures(computed, { clusters: 3, seed: 1 });
	t.is(
		new Set(Array.from(found.assignments, (cluster, image) => `${cluster} ${split.labels[image]}`)).size,
		3,
	);
	t.is(tf.memory().numTensors, before);
});

test('an extractor that fails leaves no tensor behind', t => {
	tf.zeros([1]).dispose();
	const before = tf.memory().numTensors;
	const failing: ImageFeatureExtractor = {
		dimension: 3,
		features: () => {
			throw new Error('no memory');
		},
	};
	t.throws(() => imageFeatures(failing, split, { resolution: 2 }), { message: 'no memory' });
	t.is(tf.memory().numTensors, before);
});
