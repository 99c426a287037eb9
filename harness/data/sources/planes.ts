/**
 * Pixels of one picture from planes (red, green, blue, as CIFAR and PyTorch store them) to [height, width, 3].
 *
 * @param pixelCount height · width
 */
export function interleavePlanes(planes: Uint8Array, pixelCount: number): Uint8Array {
	const pixels = new Uint8Array(pixelCount * 3);
	for (let pixel = 0, target = 0; pixel < pixelCount; pixel++) {
		pixels[target++] = planes[pixel];
		pixels[target++] = planes[pixel + pixelCount];
		pixels[target++] = planes[pixel + 2 * pixelCount];
	}
	return pixels;
}
