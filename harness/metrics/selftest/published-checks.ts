import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { DataSet, ImageSplit } from '../../data/data-set.ts';
import { tf } from '../../tensor/tensorflow.ts';
import type { FeatureStatistics } from '../feature-statistics.ts';
import type { Inception } from '../inception/inception.ts';
import type { SelfCheck } from './check.ts';
import type { SelfTestSubjects } from './subjects.ts';

export interface PublishedOptions {
	readonly inception: Pick<Inception, 'extract' | 'dimension' | 'classes' | 'resolution'>;
	/** CIFAR-10, all of it: the published numbers are of 50,000 and 10,000 images. */
	readonly dataSet: Pick<DataSet, 'train' | 'test' | 'resolution'>;
	/** Images in a batch, default 32. */
	readonly batchSize?: number;
	/** Called after each batch. */
	readonly onProgress?: (phase: string, done: number, total: number) => void;
}

interface MeasuredSplit {
	readonly statistics: FeatureStatistics;
	/** Inception scores with 10 splits, of logits with and without bias. */
	readonly score: number;
	readonly scoreWithoutBias: number;
}

/** One reading; memory is one batch and the covariance, whatever the number of images. */
function measureSplit(
	name: string,
	split: ImageSplit,
	subjects: SelfTestSubjects,
	{ inception, dataSet, batchSize = 32, onProgress }: PublishedOptions,
): MeasuredSplit {
	const { classes, dimension, resolution } = inception;
	const { resolution: size } = dataSet;
	const createScore = () =>
		subjects.createInceptionScoreAccumulator({ classes, count: split.count, splits: 10 });
	const [score, scoreWithoutBias] = [createScore(), createScore()];
	const accumulator = subjects.createFeatureAccumulator(dimension);
	try {
		for (let start = 0; start < split.count; start += batchSize) {
			const end = Math.min(start + batchSize, split.count);
			const pixels = split.read(Uint32Array.from({ length: end - start }, (_, position) => start + position));
			const stack = { count: end - start, height: size, width: size, pixels };
			tf.tidy(() => {
				const resized = subjects.resizeImages(stack, 'bilinear-legacy', resolution);
				const outputs = inception.extract(tf.mul(tf.sub(resized, 128), 1 / 128) as Tensor4D);
				accumulator.add(outputs.pool);
				score.add(outputs.logits.dataSync<'float32'>());
				scoreWithoutBias.add(outputs.logitsWithoutBias.dataSync<'float32'>());
			});
			onProgress?.(`CIFAR-10 ${name} images through Inception`, end, split.count);
		}
		return {
			statistics: accumulator.statistics(),
			score: score.scores().mean,
			scoreWithoutBias: scoreWithoutBias.scores().mean,
		};
	} finally {
		accumulator.dispose();
	}
}

/** Real CIFAR-10 images through the real Inception: numbers that other programs published. */
export function publishedChecks(subjects: SelfTestSubjects, options: PublishedOptions): SelfCheck[] {
	// One reading for all checks of a split; the first check of it waits.
	let [train, test]: Array<MeasuredSplit | undefined> = [];
	const ofTest = () => {
		test ??= measureSplit('test', options.dataSet.test, subjects, options);
		return test;
	};
	const ofTrain = () => {
		train ??= measureSplit('training', options.dataSet.train, subjects, options);
		return train;
	};
	const check = (
		name: string,
		expected: number,
		tolerance: number,
		source: string,
		measure: () => number,
	): SelfCheck => ({
		group: 'CIFAR-10, published',
		name,
		expected: [expected],
		tolerance: [tolerance],
		source,
		measure: () => [measure()],
	});
	const improvedGan = 'https://github.com/openai/improved-gan/issues/39';
	return [
		check(
			'Inception score of the test images, 10 splits, no bias',
			10.95,
			0.1,
			improvedGan,
			() => ofTest().scoreWithoutBias,
		),
		check(
			'Inception score of the test images, 10 splits, bias',
			11.23,
			0.1,
			improvedGan,
			() => ofTest().score,
		),
		// The order of the images decides who shares a split: 0.01 to 0.02.
		check(
			'Inception score of the training images, 10 splits, no bias',
			11.237,
			0.05,
			'https://github.com/toshas/torch-fidelity#readme',
			() => ofTrain().scoreWithoutBias,
		),
		check(
			'Fréchet distance of training and test images',
			3.13,
			0.1,
			'https://github.com/NVlabs/stylegan2-ada/issues/53 and others: 3.1 to 3.15',
			() => subjects.frechetDistance(ofTrain().statistics, ofTest().statistics),
		),
	];
}
