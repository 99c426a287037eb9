import test from 'ava';
import { resizeBilinear } from '../../../../harness/data/preparation/resize-bilinear.ts';
import { drawnPicture, golden, largestDifference, windowOf } from './golden.ts';

for (const { height, width, window, resolution, values } of golden.resized) {
	test(`[${window}] of ${height}×${width} to ${resolution} is what TensorFlow's kernel gives`, t => {
		const resized = resizeBilinear(drawnPicture(height, width), windowOf(window), resolution);
		const unit = resized.map(value => value / 255);
		t.true(largestDifference(unit, values) < 1e-5, `${largestDifference(unit, values)}`);
	});
}

test('the legacy corner rule: the first pixel is kept, the last one is not reached', t => {
	const row = Uint8Array.of(0, 0, 0, 60, 60, 60, 120, 120, 120, 180, 180, 180);
	const pixels = Uint8Array.from([...row, ...row, ...row, ...row]);
	const resized = resizeBilinear(
		{ height: 4, width: 4, pixels },
		{ top: 0, left: 0, height: 4, width: 4 },
		8,
	);
	// Source position = target position · 4 / 8; half-pixel centres would begin with 0, 15, 45.
	const red = Array.from({ length: 8 }, (_, column) => resized[column * 3]);
	t.deepEqual(red, [0, 30, 60, 90, 120, 150, 180, 180]);
});
