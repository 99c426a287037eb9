import test from 'ava';
import { memorySplit } from '../../../../harness/data/memory-split.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { clusterFeatures } from '../../../../methods/pretraining/clustering/cluster-features.ts';
import { gatherRows, readAllRows } from '../../../../methods/pretraining/clustering/feature-rows.ts';
import {
	type ImageFeatureExtractor,
	type ImageFeatures,
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

const allIndices = Uint32Array.from({ length: 60 }, (_, image) => image);

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
	// Nine batches of 7 are compiled, with one of them.
	t.deepEqual([once.images, lazy.images], [60, 7]);

	const found = await clusterFeatures(computed, { clusters: 3, seed: 1 });
	t.is(
		new Set(Array.from(found.assignments, (cluster, image) => `${cluster} ${split.labels[image]}`)).size,
		3,
	);
	computed.dispose();
	kept.dispose();
	t.is(tf.memory().numTensors, before);
});

test('many batches go through one graph, whether all or some of the images are read', t => {
	tf.zeros([1]).dispose();
	const before = tf.memory().numTensors;
	const extractors = [meanColor(), meanColor(), meanColor()] as const;
	const [few, kept, computed] = extractors.map((extractor, index) =>
		imageFeatures(extractor, split, {
			resolution: 2,
			batchSize: index === 0 ? 30 : 5,
			memoryMebibytes: index === 2 ? 0 : 1,
		}),
	) as [ImageFeatures, ImageFeatures, ImageFeatures];
	const expected = gatherRows(few, allIndices);
	t.deepEqual(gatherRows(kept, allIndices), expected);
	t.deepEqual(gatherRows(computed, allIndices), expected);
	t.deepEqual(gatherRows(computed, Uint32Array.of(7, 5)), gatherRows(few, Uint32Array.of(7, 5)));
	// The graph was recorded with one batch.
	t.deepEqual(
		extractors.map(({ images }) => images),
		[60, 5, 5],
	);
	computed.dispose();
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
