import { tf } from '../tensor/tensorflow.ts';

/** What `decodeImage` does, for recipes. */
export const decoding =
	'JPEG and PNG decoded by TensorFlow, alpha over white, centre square, bilinear without antialiasing ' +
	'(TensorFlow 1 corner rule), rounded half up to bytes';

const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
const isPng = (bytes: Uint8Array): boolean =>
	bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47;

/**
 * Decodes a JPEG or PNG file (told by its first bytes, not its name; gray becomes RGB), takes the centre square
 * and resizes it as compare_gan's evaluation does: side = min(height, width), offset = floor((extent - side) / 2),
 * TensorFlow 1's bilinear rule (source position = target position · side / resolution, no half-pixel centres).
 * Unlike there, the result is rounded to bytes. Leaves no tensors behind.
 *
 * @param bytes the file
 * @param resolution width and height of the result in pixels
 * @returns uint8 RGB, resolution² · 3
 * @throws Error if the bytes are no JPEG or PNG, or do not decode
 */
export function decodeImage(bytes: Uint8Array, resolution: number): Uint8Array {
	if (!isJpeg(bytes) && !isPng(bytes)) {
		throw new Error(bytes.length === 0 ? 'the file is empty' : 'the content is neither JPEG nor PNG');
	}
	const values = tf.tidy(() => {
		const decoded = isJpeg(bytes) ? tf.node.decodeJpeg(bytes, 3) : tf.node.decodePng(bytes, 4);
		const [height, width, channels] = decoded.shape;
		const side = Math.min(height, width);
		const top = Math.floor((height - side) / 2);
		const left = Math.floor((width - side) / 2);
		// [side, side, channels]
		let square = decoded.slice([top, left, 0], [side, side, channels]).toFloat();
		if (channels === 4) {
			const alpha = square.slice([0, 0, 3], [side, side, 1]).div(255);
			const white = tf.sub(1, alpha).mul(255);
			square = square.slice([0, 0, 0], [side, side, 3]).mul(alpha).add(white);
		}
		return tf.image.resizeBilinear(square, [resolution, resolution], false, false).dataSync();
	});
	return Uint8Array.from(values, value => Math.floor(value + 0.5));
}
