import test from 'ava';
import { RunFailedError, UsageError } from '../../../harness/errors.ts';
import {
	type FeatureSet,
	featureBatches,
	featureBlocks,
	featureSetFromArray,
	requireComparable,
} from '../../../harness/metrics/feature-set.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';

const counting = (count: number, dimension: number): Float32Array =>
	Float32Array.from({ length: count * dimension }, (_, index) => index);

/** Blocks as plain numbers. */
function blocksOf(set: FeatureSet, blockRows: number): number[][] {
	const blocks: number[][] = [];
	for (const { rows, firstRow } of featureBlocks(set, blockRows)) {
		blocks[firstRow / blockRows] = [...rows.dataSync()];
	}
	return blocks;
}

test('a set over an array gives all rows in order, as often as it is read', t => {
	const values = counting(7, 2);
	const set = featureSetFromArray(values, 2, { batchRows: 3 });
	t.deepEqual([set.count, set.dimension], [7, 2]);
	for (let reading = 0; reading < 2; reading++) {
		const read: number[] = [];
		const firstRows: number[] = [];
		for (const { rows, firstRow } of featureBatches(set)) {
			read.push(...rows.dataSync());
			firstRows.push(firstRow);
		}
		t.deepEqual(read, [...values]);
		t.deepEqual(firstRows, [0, 3, 6]);
	}
});

test('blocks do not depend on the size of the batches', t => {
	const values = counting(11, 2);
	const expected = [[...values.slice(0, 8)], [...values.slice(8, 16)], [...values.slice(16)]];
	for (const batchRows of [1, 3, 4, 5, 8, 11, 100]) {
		t.deepEqual(blocksOf(featureSetFromArray(values, 2, { batchRows }), 4), expected);
	}
});

test('a length that is no multiple of the dimension is refused', t => {
	t.throws(() => featureSetFromArray(new Float32Array(7), 2), {
		instanceOf: UsageError,
		message: 'features: expected a multiple of 2 values, got 7',
	});
});

test('a set that gives fewer rows than it promises is refused', t => {
	const set = { ...featureSetFromArray(counting(4, 2), 2), count: 5 };
	t.throws(() => [...featureBatches(set)], {
		instanceOf: UsageError,
		message: 'features: expected 5 rows, got 4',
	});
});

test('another width is refused', t => {
	const set = { ...featureSetFromArray(counting(4, 2), 2), dimension: 3 };
	t.throws(() => [...featureBatches(set)], {
		instanceOf: UsageError,
		message: 'features: expected vectors of length 3, got 2',
	});
});

test('NaN and infinity are refused, with the image', t => {
	for (const value of [Number.NaN, Number.NEGATIVE_INFINITY]) {
		const values = counting(6, 3);
		values[4 * 3 + 1] = value;
		t.throws(() => [...featureBatches(featureSetFromArray(values, 3, { batchRows: 2 }))], {
			instanceOf: RunFailedError,
			message: `features: expected finite numbers, got ${value} for image 4, feature 1`,
		});
	}
});

test('sets that cannot be compared are refused', t => {
	const [narrow, wide] = [featureSetFromArray(counting(4, 2), 2), featureSetFromArray(counting(4, 3), 3)];
	t.throws(() => requireComparable(narrow, wide, 1), {
		instanceOf: UsageError,
		message: 'features: expected equal dimensions, got 2 and 3',
	});
	t.throws(() => requireComparable(narrow, featureSetFromArray(counting(1, 2), 2), 2), {
		instanceOf: UsageError,
		message: 'fake images: expected at least 2, got 1',
	});
});

test('no tensor is left behind, also when reading fails', t => {
	tf.zeros([1]).dispose();
	const before = tf.memory().numTensors;
	const set = featureSetFromArray(counting(10, 2), 2, { batchRows: 3 });
	t.is([...featureBlocks(set, 4)].length, 3);
	for (const { firstRow } of featureBlocks(set, 4)) {
		if (firstRow === 4) break;
	}
	t.throws(() => {
		for (const { firstRow } of featureBlocks(set, 4)) {
			if (firstRow === 4) throw new Error('stop');
		}
	});
	t.throws(() => [...featureBlocks({ ...set, count: 11 }, 4)]);
	t.is(tf.memory().numTensors, before);
});
