import test from 'ava';
import { allocatePixels } from '../../../harness/data/pixel-memory.ts';
import { EnvironmentError } from '../../../harness/errors.ts';

test('pixels have three bytes each', t => {
	t.is(allocatePixels(5, 4).length, 5 * 4 * 4 * 3);
});

test('a split that does not fit is refused with the number that would', t => {
	const error = t.throws(() => allocatePixels(1_281_167, 128, 2 ** 32), {
		instanceOf: EnvironmentError,
		message: 'data: 1281167 images at 128×128 take 58.6 GiB of memory, a split may take 4.0 GiB here',
	});
	t.is((error as EnvironmentError).fix, 'use at most 87381 images, or a lower resolution');
	t.throws(() => allocatePixels(2 ** 40, 128), { instanceOf: EnvironmentError });
});
