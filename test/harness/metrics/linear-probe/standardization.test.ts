import test from 'ava';
import { featureSetFromArray } from '../../../../harness/metrics/feature-set.ts';
import { standardizationSteps } from '../../../../harness/metrics/linear-probe/standardization.ts';
import { toEnd } from '../../../../harness/metrics/steps.ts';
import { countNativeTensors } from '../../../../harness/tensor/float64.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';

test('means and inverse deviations are those of the columns, a constant column is left out', t => {
	tf.zeros([1]).dispose();
	const before = [tf.memory().numTensors, countNativeTensors()];
	// Columns: 1, 3, 5, 7; constant 0.1; large with a small spread.
	const values = Float32Array.of(1, 0.1, 1e6, 3, 0.1, 1e6 + 1, 5, 0.1, 1e6, 7, 0.1, 1e6 + 1);
	const { mean, scale } = toEnd(standardizationSteps(featureSetFromArray(values, 3, { batchRows: 3 })));
	t.true(Math.abs(mean[0] - 4) < 1e-12 && Math.abs(mean[2] - 1_000_000.5) < 1e-9);
	t.true(Math.abs(scale[0] - 1 / Math.sqrt(5)) < 1e-12 && Math.abs(scale[2] - 2) < 1e-9);
	t.is(scale[1], 0);
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});
