import test from 'ava';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import {
	distancesFromOwnCentre,
	openCentreSearch,
} from '../../../../methods/pretraining/clustering/nearest-centres.ts';

function bruteForce(rows: Float32Array, centres: Float32Array, dimension: number) {
	const count = rows.length / dimension;
	const centreOf = new Int32Array(count);
	const squaredDistances = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
	for (let row = 0; row < count; row++) {
		for (let centre = 0; centre < centres.length / dimension; centre++) {
			let sum = 0;
			for (let index = 0; index < dimension; index++) {
				sum += (rows[row * dimension + index] - centres[centre * dimension + index]) ** 2;
			}
			if (sum < squaredDistances[row]) [centreOf[row], squaredDistances[row]] = [centre, sum];
		}
	}
	return { centreOf, squaredDistances };
}

function nearestCentres(rows: Float32Array, centres: Float32Array, dimension: number) {
	const search = openCentreSearch(dimension);
	search.place(centres);
	const found = { centreOf: search.nearest(rows), squaredDistances: search.squaredDistances(rows) };
	search.dispose();
	return found;
}

test('agrees with distances taken one by one', t => {
	tf.zeros([1]).dispose();
	const before = tf.memory().numTensors;
	const stream = createStream(1, 'rows');
	const [rows, centres] = [stream.normals(300 * 17), stream.normals(23 * 17)];
	const expected = bruteForce(rows, centres, 17);
	const found = nearestCentres(rows, centres, 17);
	t.deepEqual(found.centreOf, expected.centreOf);
	for (const [row, distance] of expected.squaredDistances.entries()) {
		t.true(Math.abs(found.squaredDistances[row] - distance) < 1e-4);
	}
	t.deepEqual(distancesFromOwnCentre(rows, found.centreOf, centres, 17), expected.squaredDistances);
	t.is(tf.memory().numTensors, before);
});

test('rows are cut into blocks where distances would take too much memory', t => {
	// 2^24 values a block: 1,016 rows beside a grid of 16,500 centres.
	const stream = createStream(2, 'rows');
	const centres = Float32Array.from({ length: 33_000 }, (_, position) => {
		const centre = Math.floor(position / 2);
		return 3 * (position % 2 === 0 ? centre % 150 : Math.floor(centre / 150));
	});
	const expected = Int32Array.from({ length: 1100 }, () => stream.integer(16_500));
	const rows = Float32Array.from({ length: 2200 }, (_, position) => {
		return centres[2 * expected[Math.floor(position / 2)] + (position % 2)] + 1;
	});
	const { centreOf, squaredDistances } = nearestCentres(rows, centres, 2);
	// Compared as text: a difference prints short.
	t.is(centreOf.join(), expected.join());
	t.true(squaredDistances.every(distance => Math.abs(distance - 2) < 0.1));
});

test('distances survive an offset much larger than they are', t => {
	const stream = createStream(3, 'rows');
	const shift = (values: Float32Array) => values.map(value => value + 100_000);
	const [rows, centres] = [shift(stream.normals(50 * 8)), shift(stream.normals(5 * 8))];
	const expected = bruteForce(rows, centres, 8);
	const found = nearestCentres(rows, centres, 8);
	t.deepEqual(found.centreOf, expected.centreOf);
	t.true(
		expected.squaredDistances.every(
			(distance, row) => Math.abs(found.squaredDistances[row] - distance) < 1e-3,
		),
	);
});

test('of equal centres the first one wins, in every row', t => {
	const stream = createStream(4, 'rows');
	const [a, b] = [stream.normals(64), stream.normals(64)];
	const centres = Float32Array.from([...a, ...b, ...a, ...b, ...a]);
	const rows = Float32Array.from(Array.from({ length: 40 }, (_, row) => [...(row % 2 === 0 ? a : b)]).flat());
	const { centreOf, squaredDistances } = nearestCentres(rows, centres, 64);
	t.deepEqual(
		centreOf,
		Int32Array.from({ length: 40 }, (_, row) => row % 2),
	);
	t.true(squaredDistances.every(distance => distance < 1e-4));
	t.true(distancesFromOwnCentre(rows, centreOf, centres, 64).every(distance => distance === 0));
});

test('a single centre is at its distance', t => {
	const { centreOf, squaredDistances } = nearestCentres(
		Float32Array.of(3, 4, 0, 0),
		Float32Array.of(0, 0),
		2,
	);
	t.deepEqual(centreOf, Int32Array.of(0, 0));
	t.deepEqual(squaredDistances, Float32Array.of(25, 0));
});

test('batches that come again go through a graph: the same bits, also after the centres have moved', t => {
	tf.zeros([1]).dispose();
	const before = tf.memory().numTensors;
	const stream = createStream(5, 'rows');
	const search = openCentreSearch(96);
	// Sizes as mini-batches, the rows of the start and the last batch of all rows have them.
	for (const [turn, count] of [...Array(12).fill(64), 200, 64, 31, ...Array(9).fill(200), 64, 1].entries()) {
		const [rows, centres] = [stream.normals(count * 96), stream.normals(20 * 96)];
		if (turn !== 12) search.place(centres);
		const found = { centreOf: search.nearest(rows), squaredDistances: search.squaredDistances(rows) };
		if (turn === 12) continue;
		t.deepEqual(found, nearestCentres(rows, centres, 96));
		t.deepEqual(found.centreOf, bruteForce(rows, centres, 96).centreOf);
	}
	search.dispose();
	t.is(tf.memory().numTensors, before);
});

test('a search answers for the centres that were placed last', t => {
	const search = openCentreSearch(1);
	const rows = Float32Array.of(1, 6);
	search.place(Float32Array.of(0, 10));
	t.deepEqual(search.nearest(rows), Int32Array.of(0, 1));
	search.place(Float32Array.of(9, 5, 2));
	t.deepEqual(search.nearest(rows), Int32Array.of(2, 1));
	t.deepEqual(search.squaredDistances(rows), Float32Array.of(1, 1));
	search.dispose();
});
