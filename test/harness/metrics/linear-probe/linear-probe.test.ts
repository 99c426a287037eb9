import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { featureSetFromArray } from '../../../../harness/metrics/feature-set.ts';
import { linearProbeSteps } from '../../../../harness/metrics/linear-probe/linear-probe.ts';
import { toEnd } from '../../../../harness/metrics/steps.ts';
import { countNativeTensors } from '../../../../harness/tensor/float64.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { hashFeatures } from '../hash-features.ts';

const linearProbe = (...parameters: Parameters<typeof linearProbeSteps>) =>
	toEnd(linearProbeSteps(...parameters));

/** Three classes that ci/golden/metrics-features.py makes of the first three features. */
function makeSet(count: number, seed: number, batchRows = 1000) {
	const values = hashFeatures(count, 10, seed);
	const labels = Array.from({ length: count }, (_, row) => {
		const [a, b, c] = values.subarray(row * 10, row * 10 + 3);
		return (a > 0 ? 1 : 0) + (Math.fround(b + c) > Math.fround(0.3) ? 1 : 0);
	});
	return { features: featureSetFromArray(values, 10, { batchRows }), labels };
}

test('the optimum agrees with SciPy, whatever the batches', t => {
	for (const batchRows of [64, 1000]) {
		const set = makeSet(240, 12, batchRows);
		const probe = linearProbe(set, set, { classes: 3, penalty: 0.01, gradientTolerance: 1e-7 });
		t.true(probe.converged);
		t.true(Math.abs(probe.objective - 0.48386286553520785) < 1e-10, `${probe.objective}`);
		t.true(Math.abs(probe.weights[0] + 1.846997350414665) < 1e-5, `${probe.weights[0]}`);
		t.true(Math.abs(probe.weights[29] - 0.05253352815174343) < 1e-5);
		t.is(probe.heldOutAccuracy, probe.trainingAccuracy);
		t.deepEqual(probe.warnings, []);
	}
});

test('held-out images are scored against their own labels, whatever the batches', t => {
	const training = makeSet(200, 12);
	const accuracies = [7, 64, 1000].map(
		batchRows => linearProbe(training, makeSet(150, 13, batchRows), { classes: 3 }).heldOutAccuracy,
	);
	t.deepEqual(accuracies, [accuracies[2], accuracies[2], accuracies[2]]);
});

test('classes that features tell apart are told apart in unseen images, noise is not', t => {
	const probe = linearProbe(makeSet(600, 12), makeSet(400, 13), { classes: 3 });
	t.true(probe.heldOutAccuracy > 0.72, `${probe.heldOutAccuracy}`);
	const shuffled = { ...makeSet(600, 14), labels: makeSet(600, 15).labels };
	const guess = linearProbe(shuffled, makeSet(400, 13), { classes: 3 });
	t.true(guess.heldOutAccuracy < 0.55, `${guess.heldOutAccuracy}`);
});

test('features of any scale, also constant ones, do no harm', t => {
	const plain = makeSet(300, 12);
	const scaled = hashFeatures(300, 10, 12).map((value, index) =>
		index % 10 === 9 ? 7 : value * 10 ** ((index % 10) - 4),
	);
	const probe = linearProbe(
		{ ...plain, features: featureSetFromArray(scaled, 10) },
		{ ...plain, features: featureSetFromArray(scaled, 10) },
		{ classes: 3 },
	);
	t.true(probe.converged && probe.trainingAccuracy > 0.8);
	t.deepEqual([...probe.weights.slice(27)], [0, 0, 0]);
});

test('too few steps are warned of', t => {
	const set = makeSet(100, 12);
	t.deepEqual(linearProbe(set, set, { classes: 3, maximumSteps: 2 }).warnings, [
		'not converged after 2 steps: the accuracy may still move',
	]);
});

test('labels, classes and penalties that do not fit are refused', t => {
	const set = makeSet(20, 12);
	for (const [run, message] of [
		[() => linearProbe(set, set, { classes: 1 }), 'classes: expected a whole number of at least 2, got 1'],
		[
			() => linearProbe({ ...set, labels: set.labels.slice(1) }, set, { classes: 3 }),
			'training labels: expected 20, one an image, got 19',
		],
		[
			() => linearProbe(set, { ...set, labels: set.labels.map(() => 3) }, { classes: 3 }),
			'held-out labels: expected whole numbers from 0 to 2, got 3 for image 0',
		],
		[
			() => linearProbe(set, set, { classes: 3, penalty: -1 }),
			'penalty: expected a number of at least 0, got -1',
		],
		[
			() =>
				linearProbe(
					set,
					{ features: featureSetFromArray(new Float32Array(3), 3), labels: [0] },
					{ classes: 3 },
				),
			'features: expected equal dimensions, got 10 and 3',
		],
	] as const) {
		t.throws(run, { instanceOf: UsageError, message });
	}
});

test('no tensor is left behind', t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	const set = makeSet(50, 12);
	linearProbe(set, set, { classes: 3, maximumSteps: 3 });
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});
