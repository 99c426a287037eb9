import test from 'ava';
import {
	createMovingCentres,
	type MovingCentres,
	moveCentres,
	reseedEmptyCentres,
} from '../../../../methods/pretraining/clustering/move-centres.ts';
import { openCentreSearch } from '../../../../methods/pretraining/clustering/nearest-centres.ts';
import { overlappingBlobs } from './overlapping-blobs.ts';

function nearestTo(centres: MovingCentres, rows: Float32Array): Int32Array {
	const search = openCentreSearch(centres.dimension);
	search.place(new Float32Array(centres.values));
	const centreOf = search.nearest(rows);
	search.dispose();
	return centreOf;
}

test('two steps agree with the algorithm worked out row by row in NumPy', t => {
	// ci/golden/clustering-k-means.py
	const rows = overlappingBlobs(3, 4, 2);
	const centres = createMovingCentres(rows.slice(0, 6), 2);
	for (const batch of [rows.slice(6, 16), rows.slice(12, 24)]) {
		moveCentres(centres, batch, nearestTo(centres, batch));
	}
	const expected = [
		0.8829348832368852, 0.7591535490937532, 1.4717830419540405, 3.309864640235901, 3.1285736560821533,
		-0.04833078011870384,
	];
	t.true(expected.every((value, index) => Math.abs(centres.values[index] - value) < 1e-14));
	t.deepEqual(centres.counts, Float64Array.of(8, 2, 1));
	t.deepEqual(centres.rowsWithout, Float64Array.of(0, 0, 0));
});

test('rows without a centre are counted until it gets one', t => {
	const centres = createMovingCentres(Float32Array.of(0, 10), 1);
	moveCentres(centres, Float32Array.of(1, 2, 3), Int32Array.of(0, 0, 0));
	t.deepEqual(centres.rowsWithout, Float64Array.of(0, 3));
	t.deepEqual(centres.values, Float64Array.of(2, 10));
	moveCentres(centres, Float32Array.of(9, 1), Int32Array.of(1, 0));
	t.deepEqual(centres.rowsWithout, Float64Array.of(0, 0));
	t.deepEqual(centres.values, Float64Array.of(1.75, 9));
});

test('an empty centre takes over a part of the worst cluster, and not before its time', t => {
	const centres = createMovingCentres(Float32Array.of(0, 500, 20), 1);
	const rows = Float32Array.of(-4, 4, 6, 20);
	const centreOf = Int32Array.of(0, 0, 0, 2);
	moveCentres(centres, rows, centreOf);
	t.is(reseedEmptyCentres(centres, rows, centreOf, 5), 0);
	t.is(centres.values[1], 500);
	t.is(reseedEmptyCentres(centres, rows, centreOf, 4), 1);
	// The mean 2 of the first cluster, a tenth of the way to -4; both count half of its three rows.
	t.true(Math.abs(centres.values[1] - 1.4) < 1e-12);
	t.deepEqual(centres.counts, Float64Array.of(1.5, 1.5, 1));
	t.is(centres.rowsWithout[1], 0);
	t.deepEqual(nearestTo(centres, rows), Int32Array.of(1, 0, 0, 2));
});

test('long counts are shortened by a split, so that the two centres can part', t => {
	const centres = createMovingCentres(Float32Array.of(0, 500), 1);
	const rows = Float32Array.from({ length: 1000 }, (_, row) => row % 2);
	moveCentres(centres, rows, new Int32Array(1000));
	reseedEmptyCentres(centres, rows, new Int32Array(1000), 1000);
	t.deepEqual(centres.counts, Float64Array.of(200, 200));
});

test('an empty centre stays where it is if all rows lie on their centres', t => {
	const centres = createMovingCentres(Float32Array.of(3, 500), 1);
	const rows = Float32Array.of(3, 3);
	moveCentres(centres, rows, Int32Array.of(0, 0));
	t.is(reseedEmptyCentres(centres, rows, Int32Array.of(0, 0), 2), 0);
	t.deepEqual(centres.values, Float64Array.of(3, 500));
});
