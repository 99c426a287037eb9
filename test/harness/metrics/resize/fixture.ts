import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ImageStack } from '../../../../harness/metrics/resize/resize-images.ts';

interface Sample {
	/** Every step-th value is kept. */
	readonly step: number;
	readonly values: readonly number[];
}

/** One case of ci/golden/metrics-resize.py. */
export interface ResizeCase {
	readonly height: number;
	readonly width: number;
	readonly size: number;
	readonly float32Digest: Readonly<Record<'bicubic-antialias' | 'bilinear-antialias', string>>;
	readonly fractionalDigest: string;
	readonly bytesDigest: string;
	readonly samples: Readonly<Record<'bilinear-legacy' | 'bilinear-half-pixel' | 'bicubic-antialias', Sample>>;
}

export const resizeCases = JSON.parse(
	readFileSync(new URL('../../../fixtures/metrics/resize.json', import.meta.url), 'utf8'),
) as readonly ResizeCase[];

/** The input of the script, by the same integer formula. */
export function formulaPicture(height: number, width: number): ImageStack & { pixels: Uint8Array } {
	const pixels = Uint8Array.from({ length: height * width * 3 }, (_, index) => {
		const [y, x, channel] = [Math.floor(index / 3 / width), Math.floor(index / 3) % width, index % 3];
		return (y * y * 7 + x * 31 + x * y * 3 + channel * 83) % 256;
	});
	return { count: 1, height, width, pixels };
}

export function digestOfValues(values: Uint8Array | Float32Array): string {
	return createHash('sha256')
		.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
		.digest('hex');
}
