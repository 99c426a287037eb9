import test from 'ava';
import { createStream } from '../../../harness/tensor/random.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { inferenceView, shiftAndMirror, trainingView } from '../../../methods/pretraining/views.ts';

const resolution = 8;
/** Each pixel is (row, column, image). */
const coordinates = (count: number): Float32Array =>
	Float32Array.from({ length: count * resolution * resolution * 3 }, (_, index) => {
		const pixel = Math.floor(index / 3);
		const place = pixel % (resolution * resolution);
		return [Math.floor(place / resolution), place % resolution, Math.floor(pixel / 64)][index % 3];
	});

test('an image is moved as a whole within the largest shift, its border repeated, mirrored or not', t => {
	const count = 200;
	const moved = shiftAndMirror(coordinates(count), resolution, 2, createStream(1, 'moves'));
	const seen = new Set<string>();
	for (let image = 0; image < count; image++) {
		const at = (row: number, column: number): number[] => {
			const start = (image * 64 + row * resolution + column) * 3;
			return [...moved.subarray(start, start + 3)];
		};
		const [row, column] = at(4, 4);
		const mirrored = at(4, 5)[1] < column;
		// Column 4 of the mirrored image is column 3 of the image.
		const [down, right] = [4 - row, (mirrored ? 3 : 4) - column];
		seen.add(`${down} ${right} ${mirrored}`);
		t.true(Math.abs(down) <= 2 && Math.abs(right) <= 2);
		const clamp = (value: number): number => Math.min(Math.max(value, 0), 7);
		for (let y = 0; y < resolution; y++) {
			for (let x = 0; x < resolution; x++) {
				t.deepEqual(at(y, x), [clamp(y - down), clamp((mirrored ? 7 - x : x) - right), image]);
			}
		}
	}
	// 200 draws out of 50 moves.
	t.true(seen.size > 40);
});

test('without augmentation range images stay, but for mirroring', t => {
	const moved = shiftAndMirror(coordinates(1), resolution, 0, createStream(1, 'moves'));
	const rows = Array.from({ length: resolution }, (_, row) => moved[row * resolution * 3]);
	t.deepEqual(rows, [0, 1, 2, 3, 4, 5, 6, 7]);
});

test('crops cover what they should: area, aspect ratio, mirroring', t => {
	const count = 300;
	const options = {
		augmentation: { kind: 'inception-crop', smallestArea: 0.25 },
		inputResolution: 5,
	} as const;
	const before = tf.memory().numTensors;
	const crops = trainingView(coordinates(count), resolution, options, createStream(1, 'crops'));
	t.deepEqual(crops.shape, [count, 5, 5, 3]);
	const values = crops.dataSync();
	let mirrored = 0;
	let smallest = 1;
	for (let image = 0; image < count; image++) {
		const corner = (row: number, column: number) => (image * 25 + row * 5 + column) * 3;
		// Corners of a box are at (resolution − 1) times its coordinates.
		const height = (values[corner(4, 0)] - values[corner(0, 0)]) / 7;
		const width = (values[corner(0, 4) + 1] - values[corner(0, 0) + 1]) / 7;
		if (width < 0) mirrored++;
		const area = height * Math.abs(width);
		const aspect = Math.abs(width) / height;
		smallest = Math.min(smallest, area);
		t.true(height > 0 && height < 1 + 1e-6 && Math.abs(width) < 1 + 1e-6);
		t.true(area > 0.25 - 1e-5 && area < 1 + 1e-5);
		t.true(aspect > 0.75 - 1e-5 && aspect < 4 / 3 + 1e-5);
		t.true(Math.abs(values[corner(2, 2) + 2] - image) < 1e-4, 'of its own image');
	}
	t.true(smallest < 0.3);
	t.true(mirrored > 110 && mirrored < 190);
	crops.dispose();
	t.is(tf.memory().numTensors, before);
});

test('inference after crops sees the central 7/8, after shifts everything', t => {
	tf.tidy(() => {
		const images = tf.tensor4d(coordinates(1), [1, resolution, resolution, 3]);
		const shifted = inferenceView(images, {
			augmentation: { kind: 'shift', largestShift: 2 },
			inputResolution: null,
		});
		t.is(shifted, images);
		const central = inferenceView(images, {
			augmentation: { kind: 'inception-crop', smallestArea: 0.05 },
			inputResolution: 3,
		});
		const rows = central.dataSync().filter((_, index) => index % 9 === 0);
		for (const [index, expected] of [7 / 16, 3.5, 7 - 7 / 16].entries()) {
			t.true(Math.abs(rows[index] - expected) < 1e-5);
		}
	});
});

test('equal streams give equal views', t => {
	const options = { augmentation: { kind: 'shift', largestShift: 2 }, inputResolution: 12 } as const;
	const [first, second, other] = ['a', 'a', 'b'].map(name => {
		const view = trainingView(coordinates(2), resolution, options, createStream(1, name));
		const values = [...view.dataSync()];
		t.deepEqual(view.shape, [2, 12, 12, 3]);
		view.dispose();
		return values;
	});
	t.deepEqual(first, second);
	t.notDeepEqual(first, other);
});
