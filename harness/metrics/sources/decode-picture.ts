import { tf } from '../../tensor/tensorflow.ts';
import type { JpegDecoding } from '../protocols/preset.ts';

const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
const isPng = (bytes: Uint8Array): boolean =>
	bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47;

const methods: Readonly<Record<JpegDecoding, string>> = {
	'integer-accurate': 'INTEGER_ACCURATE',
	'integer-fast': 'INTEGER_FAST',
};

/** An image as metric tools see it. */
export interface Picture {
	readonly height: number;
	readonly width: number;
	/** RGB bytes, row, column, channel. */
	readonly pixels: Uint8Array;
}

/**
 * Decodes a JPEG or PNG file, told by its first bytes, not its name: gray becomes three equal channels, CMYK
 * becomes RGB, alpha is dropped (what lies under transparent pixels shows, as in the tools), and of 16 bits the
 * high byte is kept. With `integer-accurate`, JPEG files give Pillow's bytes. Leaves no tensors behind.
 *
 * @throws Error if the bytes are no JPEG or PNG, or do not decode
 */
export function decodePicture(bytes: Uint8Array, jpegDecoding: JpegDecoding): Picture {
	if (bytes.length === 0) throw new Error('the file is empty');
	if (!isJpeg(bytes) && !isPng(bytes)) throw new Error('the content is neither JPEG nor PNG');
	const decoded = isJpeg(bytes)
		? tf.node.decodeJpeg(bytes, 3, 1, true, false, 1, methods[jpegDecoding])
		: tf.node.decodePng(bytes, 3);
	try {
		const [height, width] = decoded.shape;
		return { height, width, pixels: Uint8Array.from(decoded.dataSync()) };
	} finally {
		decoded.dispose();
	}
}

/** TensorFlow's message without its status code, on one line. */
export function decodingReason(error: unknown): string {
	const text = (error as Error).message.replace(/^Invalid TF_Status: \d+\s+Message: /u, '');
	return text.split('\n')[0].replace(/\.$/u, '');
}
