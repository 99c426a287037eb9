/** How images that were never bytes (a generator's) become bytes before they are measured. */
export type Quantisation = 'none' | 'round-half-up';

/**
 * Pixels in [0, 255] as the protocol wants them. `none` passes them on as they are; `round-half-up` is
 * floor(x + 0.5), clipped to [0, 255]: what an image file would hold. Bytes stay bytes either way.
 */
export function quantise<Pixels extends Uint8Array | Float32Array>(
	pixels: Pixels,
	rule: Quantisation,
): Pixels | Uint8Array {
	if (rule === 'none' || pixels instanceof Uint8Array) return pixels;
	// Clamping, unlike storing in a Uint8Array, does not wrap; NaN becomes 0 there, so it must be refused before.
	return Uint8Array.from(pixels, value => Math.min(255, Math.max(0, Math.floor(value + 0.5))));
}
