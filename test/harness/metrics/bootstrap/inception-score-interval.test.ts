import test from 'ava';
import {
	createInceptionScoreBootstrap,
	inceptionScoreInterval,
} from '../../../../harness/metrics/bootstrap/inception-score-interval.ts';
import { inceptionScore } from '../../../../harness/metrics/inception-score.ts';
import { countNativeTensors } from '../../../../harness/tensor/float64.ts';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';

const classes = 6;

/** Images of random classes, more or less surely recognised. */
function makeLogits(count: number, seed: number): Float32Array {
	const stream = createStream(seed, 'logits');
	const logits = stream.normals(count * classes);
	for (let image = 0; image < count; image++) {
		logits[image * classes + stream.integer(classes)] += 4 * stream.uniform();
	}
	return logits;
}

test('95 % intervals hold the expected score about that often', t => {
	const [trials, count] = [200, 300];
	const scores: number[] = [];
	const intervals = Array.from({ length: trials }, (_, trial) => {
		const logits = makeLogits(count, trial + 1);
		scores.push(inceptionScore(logits, { classes }).mean);
		return inceptionScoreInterval(logits, { classes, seed: trial + 1, replicates: 200 });
	});
	const expected = scores.reduce((sum, value) => sum + value, 0) / trials;
	const covered = intervals.filter(({ low, high }) => low <= expected && expected <= high).length / trials;
	t.true(covered > 0.89 && covered < 0.99, `${covered}`);
});

test('the interval is as wide as one by resampling images', t => {
	const count = 1500; // more than one chunk
	const logits = makeLogits(count, 7);
	for (const splits of [1, 3]) {
		const { low, high } = inceptionScoreInterval(logits, { classes, splits, seed: 1, replicates: 1500 });
		const scores = Array.from({ length: 600 }, (_, replicate) => {
			const stream = createStream(replicate + 1, 'rows', splits);
			const drawn = new Float32Array(count * classes);
			for (let image = 0; image < count; image++) {
				const size = count / splits;
				const from = Math.floor(image / size) * size + stream.integer(size);
				drawn.set(logits.subarray(from * classes, (from + 1) * classes), image * classes);
			}
			return inceptionScore(drawn, { classes, splits }).mean;
		}).sort((a, b) => a - b);
		const width = scores[584] - scores[15];
		t.true(Math.abs((high - low) / width - 1) < 0.15, `${high - low} against ${width}`);
		const { mean } = inceptionScore(logits, { classes, splits });
		t.true(low < mean && mean < high);
	}
});

test('logits may come in any parts, across splits and chunks', t => {
	const count = 1100;
	const logits = makeLogits(count, 3);
	const options = { classes, splits: 3, seed: 1, replicates: 100 };
	const whole = inceptionScoreInterval(logits, options);
	const bootstrap = createInceptionScoreBootstrap({ ...options, count });
	for (let start = 0; start < count; start += 70) {
		bootstrap.add(logits.slice(start * classes, (start + 70) * classes));
	}
	const { low, high } = bootstrap.interval();
	t.true(Math.abs(low - whole.low) < 1e-9 && Math.abs(high - whole.high) < 1e-9);
	const short = createInceptionScoreBootstrap({ ...options, count });
	short.add(logits.slice(0, 5 * classes));
	t.throws(() => short.interval(), {
		instanceOf: RangeError,
		message: 'logits: expected 1100 rows, got 5',
	});
});

test('images all alike have no spread, and what inceptionScore refuses is refused', t => {
	const { low, high } = inceptionScoreInterval(new Float32Array(60), { classes: 6, seed: 1 });
	t.true(Math.abs(low - 1) < 1e-12 && Math.abs(high - 1) < 1e-12);
	t.throws(() => inceptionScoreInterval(new Float32Array(7), { classes: 6, seed: 1 }), {
		message: 'logits: expected a multiple of 6 classes, got 7 values',
	});
});

test('no tensor is left behind', t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	inceptionScoreInterval(makeLogits(50, 1), { classes, seed: 1, replicates: 100 });
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});
