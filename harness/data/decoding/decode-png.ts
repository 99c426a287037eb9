import type { Raster } from '../preparation/resize-bilinear.ts';
import type { DecoderBinding } from './decoder-binding.ts';

/** A PNG file as RGB, alpha over white; of 16 bits the high byte is kept. */
export function decodePng(binding: DecoderBinding, bytes: Uint8Array): Raster {
	const made: number[] = [];
	try {
		made.push(binding.createTensor([], binding.TF_STRING, [bytes]));
		const [decoded] = binding.executeOp(
			'DecodePng',
			[
				{ name: 'channels', type: binding.TF_ATTR_INT, value: 4 },
				{ name: 'dtype', type: binding.TF_ATTR_TYPE, value: binding.TF_UINT8 },
			],
			made,
			1,
		);
		made.push(decoded.id);
		const [packed] = binding.executeOp(
			'Bitcast',
			[
				{ name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_UINT8 },
				{ name: 'type', type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
			],
			[decoded.id],
			1,
		);
		made.push(packed.id);
		const [height, width] = packed.shape;
		const words = binding.tensorDataSync(packed.id);
		const values = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
		return { height, width, pixels: overWhite(values) };
	} finally {
		for (const id of made) binding.deleteTensor(id);
	}
}

/** RGB of RGBA bytes laid over white, rounded half up. */
export function overWhite(values: Uint8Array): Uint8Array {
	const pixels = new Uint8Array((values.length / 4) * 3);
	for (let source = 0, target = 0; source < values.length; source += 4) {
		const alpha = values[source + 3];
		for (let channel = 0; channel < 3; channel++) {
			const value = values[source + channel];
			pixels[target++] = alpha === 255 ? value : Math.floor((value * alpha) / 255 + 255 - alpha + 0.5);
		}
	}
	return pixels;
}
