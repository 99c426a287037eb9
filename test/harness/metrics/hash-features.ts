/** 32 well mixed bits of a number (the finaliser of MurmurHash3). */
function mix(value: number): number {
	let bits = value | 0;
	bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
	bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
	return (bits ^ (bits >>> 16)) >>> 0;
}

/**
 * The inputs of ci/golden/metrics-features.py, float32 row-major [count, width]: nearly normal values that are the
 * same to the last bit in NumPy. Column c is scaled by 1 / (1 + decay · c), shifted by `shift`, and takes half of
 * column c - 1's raw value, so that features correlate.
 */
export function hashFeatures(
	count: number,
	width: number,
	seed: number,
	options: { readonly decay?: number; readonly shift?: number } = {},
): Float32Array {
	const { decay = 0, shift = 0 } = options;
	const raw = (row: number, column: number): number => {
		let sum = 0;
		for (let part = 0; part < 4; part++) {
			sum += mix(((row * width + column) * 4 + part + Math.imul(seed, 0x9e3779b1)) >>> 0);
		}
		return (sum - 2 ** 33) / 2 ** 31;
	};
	const values = new Float32Array(count * width);
	for (let row = 0; row < count; row++) {
		let left = 0;
		for (let column = 0; column < width; column++) {
			const own = raw(row, column);
			values[row * width + column] = (own + 0.5 * left) / (1 + decay * column) + shift;
			left = own;
		}
	}
	return values;
}
