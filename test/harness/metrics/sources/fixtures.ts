import path from 'node:path';
import { PNG } from 'pngjs';

/** A file that ci/golden/metrics-images.py or ci/golden/metrics-arrays.py made. */
export const fixture = (...parts: string[]): string => path.resolve('test/fixtures/metrics', ...parts);

/** The images of ci/golden/metrics-arrays.py: uint8 [5, 4, 6, 3]. */
export const arrayPixels = Uint8Array.from({ length: 5 * 4 * 6 * 3 }, (_, index) => (index * 7) % 256);

/** A PNG of one colour. */
export function plainPng(height: number, width: number, [red, green, blue]: readonly number[]): Buffer {
	const png = new PNG({ width, height });
	for (let pixel = 0; pixel < height * width; pixel++) png.data.set([red, green, blue, 255], pixel * 4);
	return PNG.sync.write(png, { colorType: 2 });
}
