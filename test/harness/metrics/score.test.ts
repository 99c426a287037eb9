import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import type { ImageSplit, MemorySplit } from '../../../harness/data/data-set.ts';
import { memorySplit } from '../../../harness/data/memory-split.ts';
import { RunFailedError, UsageError } from '../../../harness/errors.ts';
import { trainFeatureNetwork } from '../../../harness/metrics/feature-network/train.ts';
import { imageBatches } from '../../../harness/metrics/image-batches.ts';
import { referenceStatistics, scoreSamples } from '../../../harness/metrics/score.ts';
import { scoreSchema } from '../../../harness/run/records.ts';
import { countNativeTensors } from '../../../harness/tensor/float64.ts';
import { createStream } from '../../../harness/tensor/random.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { smallOptions } from './feature-network/options.ts';
import { drawPictures, pictureResolution, pictures } from './pictures.ts';

const network = await trainFeatureNetwork(pictures, smallOptions);
const reference = await referenceStatistics(network, pictures.test, pictureResolution);
test.after(() => network.dispose());

const batchesOf = (split: ImageSplit) => (): Iterable<Tensor4D> => imageBatches(split, pictureResolution, 64);

/** The same pictures under noise of this strength, part of the range of a pixel. */
function withNoise(split: MemorySplit, strength: number): MemorySplit {
	const noise = createStream(2, 'test-noise').normals(split.pixels.length);
	const clamp = (value: number): number => Math.min(Math.max(value, 0), 255);
	return {
		...split,
		pixels: split.pixels.map((value, index) => clamp(value + 255 * strength * noise[index])),
	};
}

test.serial('real images score best, and worse the more noise they bear', async t => {
	const fakes = drawPictures(120, 'other');
	const distances: number[] = [];
	for (const strength of [0, 0.05, 0.1, 0.2, 0.4]) {
		const { fid } = await scoreSamples({
			network,
			reference,
			batches: batchesOf(withNoise(fakes, strength)),
			fakesPerSet: 120,
			fakeSets: 1,
		});
		distances.push(fid.mean);
	}
	t.log(distances);
	t.deepEqual(
		[...distances].sort((a, b) => a - b),
		distances,
	);
	t.true(distances[4] > 10 * distances[0]);
});

test.serial('the reference itself has distance 0', async t => {
	const { fid } = await scoreSamples({
		network,
		reference,
		batches: batchesOf(pictures.test),
		fakesPerSet: pictures.test.count,
		fakeSets: 1,
	});
	t.true(fid.mean < 1e-6, `${fid.mean}`);
});

test.serial('a generator that knows one class of three has a third of the inception score', async t => {
	const { train } = pictures;
	const imageSize = pictureResolution ** 2 * 3;
	const indices = [...train.labels.keys()].filter(index => train.labels[index] === 0);
	const oneClass = memorySplit(
		Uint8Array.from(
			indices.flatMap(index => [...train.pixels.subarray(index * imageSize, (index + 1) * imageSize)]),
		),
		new Int32Array(indices.length),
	);
	const score = async (split: ImageSplit): Promise<number> =>
		(
			await scoreSamples({
				network,
				reference,
				batches: batchesOf(split),
				fakesPerSet: split.count,
				fakeSets: 1,
			})
		).inceptionScore.mean;
	const [all, one] = [await score(train), await score(oneClass)];
	t.true(all > 2 && all <= 3, `${all}`);
	t.true(one < 1.5, `${one}`);
});

test.serial('every fake set is scored apart; mean and population deviation follow', async t => {
	const sets = [drawPictures(60, 'first'), drawPictures(60, 'second'), drawPictures(60, 'third')];
	const asked: number[] = [];
	const { fid, inceptionScore } = await scoreSamples({
		network,
		reference,
		fakeSets: 3,
		fakesPerSet: 60,
		batches: set => {
			asked.push(set);
			return imageBatches(sets[set], pictureResolution);
		},
	});
	t.deepEqual(asked, [0, 1, 2]);
	for (const score of [fid, inceptionScore]) {
		t.notThrows(() => scoreSchema.parse(score));
		t.is(new Set(score.values).size, 3);
		const mean = score.values.reduce((sum, value) => sum + value) / 3;
		const variance = score.values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3;
		t.true(Math.abs(score.mean - mean) < 1e-12);
		t.true(Math.abs(score.std - Math.sqrt(variance)) < 1e-12);
	}
});

test.serial('images all alike have finite scores', async t => {
	const constant = memorySplit(new Uint8Array(10 * pictureResolution ** 2 * 3).fill(128), new Int32Array(10));
	const { fid, inceptionScore } = await scoreSamples({
		network,
		reference,
		batches: batchesOf(constant),
		fakesPerSet: 10,
		fakeSets: 1,
	});
	t.true(Number.isFinite(fid.mean) && fid.mean > 0);
	t.true(Math.abs(inceptionScore.mean - 1) < 1e-6);
});

test.serial(
	'NaN images, no images and no fake set are refused, one image is not; every tensor is freed',
	async t => {
		const before = [tf.memory().numTensors, countNativeTensors()];
		const nanImages = () => [tf.fill([4, 16, 16, 3], Number.NaN) as Tensor4D];
		await t.throwsAsync(
			scoreSamples({ network, reference, batches: nanImages, fakesPerSet: 4, fakeSets: 1 }),
			{
				instanceOf: RunFailedError,
				message: 'features: expected finite numbers, got NaN for image 0, feature 0',
			},
		);
		await t.throwsAsync(
			scoreSamples({ network, reference, batches: () => [], fakesPerSet: 1, fakeSets: 1 }),
			{ instanceOf: UsageError, message: 'images: expected at least 1, got 0' },
		);
		const oneImage = () => [tf.zeros([1, 16, 16, 3]) as Tensor4D];
		const one = await scoreSamples({ network, reference, batches: oneImage, fakesPerSet: 1, fakeSets: 1 });
		t.true(Number.isFinite(one.fid.mean));
		await t.throwsAsync(
			scoreSamples({ network, reference, batches: oneImage, fakesPerSet: 1, fakeSets: 0 }),
			{
				instanceOf: UsageError,
				message: 'fake sets: expected a whole number of at least 1, got 0',
			},
		);
		await scoreSamples({
			network,
			reference,
			batches: batchesOf(pictures.test),
			fakesPerSet: pictures.test.count,
			fakeSets: 2,
		});
		t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
	},
);
