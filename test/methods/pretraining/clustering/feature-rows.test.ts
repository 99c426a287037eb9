import test from 'ava';
import { RunFailedError, UsageError } from '../../../../harness/errors.ts';
import type { FeatureSet } from '../../../../harness/metrics/feature-set.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import {
	featureRowsFromArray,
	gatherRows,
	readAllRows,
} from '../../../../methods/pretraining/clustering/feature-rows.ts';

const values = Float32Array.from({ length: 20 }, (_, position) => position);
const inMemory = featureRowsFromArray(values, 2);
/** The same rows in batches of 4, 1 and 5, readable in order only. */
const inOrder: FeatureSet = {
	count: 10,
	dimension: 2,
	*batches() {
		for (const [start, end] of [
			[0, 4],
			[4, 5],
			[5, 10],
		]) {
			yield tf.tensor2d(values.slice(2 * start, 2 * end), [end - start, 2]);
		}
	},
};

test('rows are gathered in the order asked for, repeated ones too', t => {
	for (const features of [inMemory, inOrder]) {
		t.deepEqual(
			gatherRows(features, Uint32Array.of(9, 0, 4, 4, 3)),
			Float32Array.of(18, 19, 0, 1, 8, 9, 8, 9, 6, 7),
		);
	}
});

test('gathered rows may be changed without changing the features', t => {
	gatherRows(inMemory, Uint32Array.of(1)).fill(-1);
	t.is(values[2], 2);
});

test('rows are gathered into an array that is given', t => {
	for (const features of [inMemory, inOrder]) {
		const into = new Float32Array(4).fill(9);
		t.is(gatherRows(features, Uint32Array.of(3, 0), into), into);
		t.deepEqual(into, Float32Array.of(6, 7, 0, 1));
	}
});

test('rows in memory are read as they lie there, a thousand at a time', t => {
	const many = Float32Array.from({ length: 2 * 2500 }, (_, position) => position);
	const read: [number, number][] = [];
	readAllRows(featureRowsFromArray(many, 2), (rows, firstRow) => {
		t.is(rows.buffer, many.buffer);
		t.is(rows[0], 2 * firstRow);
		read.push([firstRow, rows.length / 2]);
	});
	t.deepEqual(read, [
		[0, 1024],
		[1024, 1024],
		[2048, 452],
	]);
});

test('all rows are read in order', t => {
	const read: number[][] = [];
	readAllRows(inOrder, (rows, firstRow) => read.push([firstRow, ...rows]));
	t.deepEqual(
		read.map(([firstRow, ...rows]) => [firstRow, rows.length]),
		[
			[0, 8],
			[4, 2],
			[5, 10],
		],
	);
	t.deepEqual(
		read.flatMap(([, ...rows]) => rows),
		[...values],
	);
});

test('NaN is refused with the number of its image', t => {
	const spoilt = values.slice();
	spoilt[13] = Number.NaN;
	const message = 'features: expected finite numbers, got NaN for image 6, feature 1';
	const features = featureRowsFromArray(spoilt, 2);
	t.throws(() => gatherRows(features, Uint32Array.of(0, 6)), { instanceOf: RunFailedError, message });
	t.throws(() => readAllRows(features, () => {}), { instanceOf: RunFailedError, message });
	t.notThrows(() => gatherRows(features, Uint32Array.of(0, 5)));
});

test('a single value that is no finite number is found wherever it is', t => {
	for (let position = 0; position < 7; position++) {
		for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
			const spoilt = Float32Array.of(3.4e38, -3.4e38, 1e-45, 0, 1, 3.4e38, 3.4e38);
			t.notThrows(() => gatherRows(featureRowsFromArray(spoilt, 7), Uint32Array.of(0)));
			spoilt[position] = value;
			t.throws(() => gatherRows(featureRowsFromArray(spoilt, 7), Uint32Array.of(0)), {
				message: `features: expected finite numbers, got ${value} for image 0, feature ${position}`,
			});
		}
	}
});

test('rows missing, left over or of another width are refused', t => {
	for (const count of [9, 11]) {
		t.throws(() => readAllRows({ ...inOrder, count }, () => {}), {
			instanceOf: UsageError,
			message: `features: expected ${count} rows, got 10`,
		});
	}
	t.throws(() => readAllRows({ ...inOrder, dimension: 3 }, () => {}), {
		instanceOf: UsageError,
		message: 'features: expected vectors of length 3, got 2',
	});
});

test('no tensor is left behind', t => {
	tf.zeros([1]).dispose();
	const before = tf.memory().numTensors;
	readAllRows(inOrder, () => {});
	gatherRows(inOrder, Uint32Array.of(1));
	t.throws(() => readAllRows({ ...inOrder, dimension: 3 }, () => {}));
	t.is(tf.memory().numTensors, before);
});
