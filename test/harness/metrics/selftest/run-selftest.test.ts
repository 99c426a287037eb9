import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { memorySplit } from '../../../../harness/data/memory-split.ts';
import type { FeatureStatistics } from '../../../../harness/metrics/feature-statistics.ts';
import { runChecks } from '../../../../harness/metrics/selftest/check.ts';
import { runSelfTest, selfChecks } from '../../../../harness/metrics/selftest/run-selftest.ts';
import { realSubjects, type SelfTestSubjects } from '../../../../harness/metrics/selftest/subjects.ts';
import { countNativeTensors } from '../../../../harness/tensor/float64.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';

const { createFeatureAccumulator, frechetDistance, inceptionScore, kernelDistance, precisionRecall } =
	realSubjects;

const changeCovariance = (
	statistics: FeatureStatistics,
	change: (value: number, diagonal: boolean) => number,
): FeatureStatistics => ({
	...statistics,
	covariance: statistics.covariance.map((value, index) =>
		change(value, index % (statistics.dimension + 1) === 0),
	),
});

/** The kernel distance with a kernel of one's own, pairs of an image with itself included or not. */
function naiveKernelDistance(
	kernel: (product: number, dimension: number) => number,
	biased: boolean,
): typeof kernelDistance {
	return (real, fake) => {
		const rowsOf = (set: typeof real): Float32Array[] =>
			[...set.batches()].flatMap(batch => {
				const values = batch.dataSync() as Float32Array;
				batch.dispose();
				return Array.from({ length: batch.shape[0] }, (_, row) =>
					values.slice(row * set.dimension, (row + 1) * set.dimension),
				);
			});
		// A few rows do to be wrong.
		const [x, y] = [rowsOf(real).slice(0, 100), rowsOf(fake).slice(0, 100)];
		const mean = (a: Float32Array[], b: Float32Array[], same: boolean): number => {
			let [sum, pairs] = [0, 0];
			a.forEach((first, i) => {
				b.forEach((second, j) => {
					if (same && i === j && !biased) return;
					sum += kernel(
						first.reduce((total, value, index) => total + value * second[index], 0),
						real.dimension,
					);
					pairs += 1;
				});
			});
			return sum / pairs;
		};
		const distance = mean(x, x, true) + mean(y, y, true) - 2 * mean(x, y, false);
		return { mean: distance, estimates: [distance], spread: 0.01 };
	};
}

/** Broken functions, one at a time, with a word on what is wrong. */
const mutants: Record<string, Partial<SelfTestSubjects>> = {
	'distance without its cross term': {
		frechetDistance: (a, b) =>
			frechetDistance(a, b) + a.covariance.reduce((sum, value) => sum + value, 0) / 100,
	},
	'covariances taken for diagonal': {
		frechetDistance: (a, b) =>
			frechetDistance(
				changeCovariance(a, (value, diagonal) => (diagonal ? value : 0)),
				changeCovariance(b, (value, diagonal) => (diagonal ? value : 0)),
			),
	},
	'distance of means not squared': {
		frechetDistance: (a, b) => {
			const squares = a.mean.reduce((sum, value, index) => sum + (value - b.mean[index]) ** 2, 0);
			return frechetDistance(a, b) - squares + Math.sqrt(squares);
		},
	},
	'covariance with divisor n': {
		createFeatureAccumulator: dimension => {
			const accumulator = createFeatureAccumulator(dimension);
			return {
				...accumulator,
				statistics: () => {
					const statistics = accumulator.statistics();
					return changeCovariance(statistics, value => (value * (statistics.count - 1)) / statistics.count);
				},
			};
		},
	},
	'score in bits': {
		inceptionScore: (logits, options) => {
			const { mean, values } = inceptionScore(logits, options);
			return { mean: 2 ** Math.log(mean), values };
		},
	},
	'score a millionth too high': {
		inceptionScore: (logits, options) => {
			const { mean, values } = inceptionScore(logits, options);
			return { mean: mean + 1e-6, values };
		},
	},
	'score without splits': {
		inceptionScore: (logits, { classes }) => inceptionScore(logits, { classes }),
	},
	'biased kernel distance': {
		kernelDistance: naiveKernelDistance((product, dimension) => (product / dimension + 1) ** 3, true),
	},
	'kernel of second degree': {
		kernelDistance: naiveKernelDistance((product, dimension) => (product / dimension + 1) ** 2, false),
	},
	'kernel not scaled by the dimension': {
		kernelDistance: naiveKernelDistance(product => (product + 1) ** 3, false),
	},
	'subsets that miss rows': {
		kernelDistanceOfSubsets: (real, fake, options) =>
			realSubjects.kernelDistanceOfSubsets(real, fake, { ...options, subsetSize: 299 }),
	},
	'balls to the fourth neighbour': {
		precisionRecall: (real, fake, options) =>
			precisionRecall(real, fake, { neighbours: (options?.neighbours ?? 5) === 1 ? 2 : 4 }),
	},
	'precision and recall swapped': {
		precisionRecall: (real, fake, options) => {
			const result = precisionRecall(real, fake, options);
			return { ...result, precision: result.recall, recall: result.precision };
		},
	},
	'half-pixel for legacy corners and the reverse': {
		resizeImages: (stack, kernel, size) =>
			realSubjects.resizeImages(
				stack,
				kernel === 'bilinear-legacy' ? 'bilinear-half-pixel' : 'bilinear-legacy',
				size,
			),
	},
	'cubic cut to bytes, bytes not cut': {
		resizeImages: (stack, kernel, size) =>
			realSubjects.resizeImages(
				stack,
				kernel === 'bicubic-antialias' ? 'bicubic-antialias-bytes' : 'bicubic-antialias',
				size,
			),
	},
	'average pool that counts padding': {
		averagePool: map =>
			tf.tidy(() =>
				tf.avgPool(
					tf.pad(map, [
						[0, 0],
						[1, 1],
						[1, 1],
						[0, 0],
					]) as Tensor4D,
					3,
					1,
					'valid',
				),
			),
	},
};

const subjectsOf = (mutant: Partial<SelfTestSubjects>): SelfTestSubjects => ({ ...realSubjects, ...mutant });

/** Checks that a mutant can touch, so that each runs a second, not all. */
const groupsOf = (mutant: Partial<SelfTestSubjects>): RegExp => {
	const groups: Record<keyof SelfTestSubjects, string> = {
		createFeatureAccumulator: 'Fréchet',
		createInceptionScoreAccumulator: 'CIFAR',
		frechetDistance: 'Fréchet',
		inceptionScore: 'Inception score',
		kernelDistance: 'Kernel',
		kernelDistanceOfSubsets: 'Kernel',
		precisionRecall: 'Precision',
		resizeImages: 'Resize',
		averagePool: 'Inception$',
	};
	return new RegExp(
		Object.keys(mutant)
			.map(name => groups[name as keyof SelfTestSubjects])
			.join('|'),
		'u',
	);
};

const failedBy = new Map<string, Set<string>>();

for (const [wrong, mutant] of Object.entries(mutants)) {
	test.serial(`${wrong}: found`, async t => {
		const checks = selfChecks({ quick: true, subjects: subjectsOf(mutant) }).filter(({ group }) =>
			groupsOf(mutant).test(group),
		);
		const { ok, checks: results } = await runChecks(checks);
		t.false(ok);
		failedBy.set(wrong, new Set(results.filter(result => !result.ok).map(({ name }) => name)));
	});
}

test.serial('every check is failed by some mutant', t => {
	const caught = new Set([...failedBy.values()].flatMap(names => [...names]));
	t.deepEqual(
		selfChecks({ quick: true })
			.map(({ name }) => name)
			.filter(name => !caught.has(name)),
		[],
	);
});

test.serial('the functions of this program pass, and leave no tensor behind', async t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	const result = await runSelfTest({ quick: true });
	t.deepEqual(
		result.checks.filter(({ ok }) => !ok),
		[],
	);
	t.true(result.ok);
	t.deepEqual(result.skipped, [
		{ name: 'published scores of CIFAR-10', reason: 'no CIFAR-10 folder was given' },
	]);
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});

test.serial('published scores are asked of the network and the images that are given', async t => {
	// A "network" whose features are the mean colour and whose logits tell bright images from dark ones.
	const inception = {
		dimension: 3,
		classes: 2,
		resolution: 8,
		extract: (images: Tensor4D) => {
			const pool = tf.mean(images, [1, 2]) as Tensor2D;
			const bright = tf.mul(tf.slice(pool, [0, 0], [-1, 1]), 400) as Tensor2D;
			const logitsWithoutBias = tf.concat([bright, tf.neg(bright)], 1) as Tensor2D;
			return { pool, logitsWithoutBias, logits: tf.zerosLike(logitsWithoutBias) };
		},
	};
	const split = (count: number, offset: number) =>
		memorySplit(
			Uint8Array.from({ length: count * 4 * 4 * 3 }, (_, index) =>
				Math.floor(index / 48) % 2 ? 20 + offset : 220,
			),
			new Int32Array(count),
		);
	const phases: string[] = [];
	const published = {
		inception,
		dataSet: { resolution: 4, train: split(40, 10), test: split(20, 0) },
		batchSize: 7,
		onProgress: (phase: string, done: number, total: number) => phases.push(`${phase} ${done}/${total}`),
	};
	const checks = selfChecks({ quick: true, published }).filter(({ group }) => group.startsWith('CIFAR'));
	tf.zeros([1]).dispose();
	const before = tf.memory().numTensors;
	const { ok, checks: results } = await runChecks(checks);
	t.is(tf.memory().numTensors, before);
	t.false(ok);
	const [bothClasses, undecided, training, distance] = results.map(({ got }) => got?.[0] ?? Number.NaN);
	t.true(Math.abs(bothClasses - 2) < 1e-9 && Math.abs(training - 2) < 1e-9);
	t.is(undecided, 1);
	// Two values a split: means (20 + 220) / 2 and (30 + 220) / 2, standard deviations 100 and 95 with divisor n - 1.
	const deviation = (spread: number, count: number) => (spread / 128) * Math.sqrt(count / (count - 1));
	const expected = 3 * (5 / 128) ** 2 + 3 * (deviation(100, 20) - deviation(95, 40)) ** 2;
	t.true(Math.abs(distance / expected - 1) < 1e-4, `${distance} against ${expected}`);
	// Each split is read once, whatever the number of checks.
	t.is(phases.filter(phase => phase.endsWith('20/20')).length, 1);
	t.is(phases.filter(phase => phase.endsWith('40/40')).length, 1);
});

test.serial('the sets of the published precision and recall are of the size that was published', t => {
	const names = selfChecks().map(({ name }) => name);
	t.is(names.at(-1), 'two sets of 10000 × 1000 from N(0, I), k = 5');
	t.deepEqual(selfChecks().at(-1)?.expected, [0.4772, 0.4705, 1.0555, 0.9735]);
	t.true(names.includes('2048 correlated features'));
});
