import { createHash } from 'node:crypto';

/**
 * A deterministic source of random numbers. Every draw in this project comes from a stream that is named after
 * its purpose and derived from the seed of the run, and is passed explicitly: TensorFlow.js treats seed 0 as
 * "unseeded" and keeps hidden state in some of its random operations.
 */
export interface Stream {
	/** Next 32 random bits, as an integer in [0, 2^32). */
	bits(): number;
	/** Uniform in [0, 1), 53 random bits. */
	uniform(): number;
	/** Uniform integer in [0, bound), without modulo bias. Throws RangeError for a bound outside [1, 2^32]. */
	integer(bound: number): number;
	/** Independent N(0, 1) draws, Box-Muller in double precision, rounded to float32. */
	normals(count: number): Float32Array;
	/** Random order of 0 … count - 1 (Fisher-Yates). */
	permutation(count: number): Uint32Array;
}

const rotateLeft = (value: number, shift: number): number => (value << shift) | (value >>> (32 - shift));

/**
 * The stream called `name` of the run with the given seed. Equal arguments give equal streams; the draws of one
 * stream never depend on how much was drawn from another, so a step's stream (`'latents', step`) can be made
 * again when a run resumes, without saved generator state.
 *
 * The generator is xoshiro128** (Blackman and Vigna, 2018), its 128 bits of state the start of SHA-256 over
 * seed and name.
 *
 * @param seed integer in [1, 2^31 - 1]; 0 is refused
 * @param name path of labels, for example `'latents', 12`
 */
export function createStream(seed: number, ...name: ReadonlyArray<string | number>): Stream {
	if (!Number.isInteger(seed) || seed < 1 || seed > 0x7fff_ffff) {
		throw new RangeError(`seed: expected an integer in [1, 2147483647], got ${seed}`);
	}
	const digest = createHash('sha256')
		.update(JSON.stringify([seed, ...name]))
		.digest();
	let a = digest.readInt32LE(0);
	let b = digest.readInt32LE(4);
	let c = digest.readInt32LE(8);
	let d = digest.readInt32LE(12);

	const bits = (): number => {
		const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
		const shifted = b << 9;
		c ^= a;
		d ^= b;
		b ^= c;
		a ^= d;
		c ^= shifted;
		d = rotateLeft(d, 11);
		return result;
	};

	const uniform = (): number => ((bits() >>> 5) * 0x400_0000 + (bits() >>> 6)) / 0x20_0000_0000_0000;

	const integer = (bound: number): number => {
		if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
			throw new RangeError(`bound: expected an integer in [1, 2^32], got ${bound}`);
		}
		// Draws above the largest multiple of the bound would favour small remainders: draw again.
		const limit = 2 ** 32 - (2 ** 32 % bound);
		let draw = bits();
		while (draw >= limit) draw = bits();
		return draw % bound;
	};

	const normals = (count: number): Float32Array => {
		const values = new Float32Array(count);
		for (let index = 0; index < count; index += 2) {
			const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
			const angle = 2 * Math.PI * uniform();
			values[index] = radius * Math.cos(angle);
			if (index + 1 < count) values[index + 1] = radius * Math.sin(angle);
		}
		return values;
	};

	const permutation = (count: number): Uint32Array => {
		const order = Uint32Array.from({ length: count }, (_, index) => index);
		for (let last = count - 1; last > 0; last--) {
			const other = integer(last + 1);
			const kept = order[last];
			order[last] = order[other];
			order[other] = kept;
		}
		return order;
	};

	return { bits, uniform, integer, normals, permutation };
}
