import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../tensor/tensorflow.ts';
import type { ResizeKernel } from '../resize/resize-images.ts';
import { type SelfCheck, within } from './check.ts';
import type { SelfTestSubjects } from './subjects.ts';

/** A square gray image whose columns have the given values. */
const columns = (values: readonly number[]) => {
	const size = values.length;
	return {
		count: 1,
		height: size,
		width: size,
		pixels: Uint8Array.from({ length: size * size * 3 }, (_, index) => values[Math.floor(index / 3) % size]),
	};
};

interface ResizeCase {
	readonly kernel: ResizeKernel;
	readonly from: readonly number[];
	readonly to: readonly number[];
}

const ramp4 = [0, 10, 20, 30];
const ramp8 = [0, 10, 20, 30, 40, 50, 60, 70];
const impulse = [0, 0, 0, 0, 128, 0, 0, 0];

/** By hand, from each kernel's definition. */
const resizeCases: readonly ResizeCase[] = [
	// Position j reads j / 2, the last pixel beyond the border.
	{ kernel: 'bilinear-legacy', from: ramp4, to: [0, 5, 10, 15, 20, 25, 30, 30] },
	// Position j reads (j + ½) / 2 - ½.
	{ kernel: 'bilinear-half-pixel', from: ramp4, to: [0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 30] },
	{ kernel: 'bilinear-legacy', from: ramp8, to: [0, 20, 40, 60] },
	// Weights 1, 3, 3, 1 over eight; at the border 3, 3, 1 over seven.
	{ kernel: 'bilinear-antialias', from: ramp8, to: [50 / 7, 25, 45, 70 - 50 / 7] },
	// Keys' cubic, a = -½, at distances ¼, ¾, 1¼, 1¾.
	{
		kernel: 'bicubic-antialias',
		from: impulse,
		to: [0, 0, 0, 0, 0, -3, -9, 29, 111, 111, 29, -9, -3, 0, 0, 0],
	},
	{
		kernel: 'bicubic-antialias-bytes',
		from: impulse,
		to: [0, 0, 0, 0, 0, 0, 0, 29, 111, 111, 29, 0, 0, 0, 0, 0],
	},
];

/** Resize kernels on ramps and impulses, and the divisor of Inception's average pools. */
export function imageChecks({ resizeImages, averagePool }: SelfTestSubjects): SelfCheck[] {
	const resizeChecks = resizeCases.map(
		({ kernel, from, to }): SelfCheck => ({
			group: 'Resize',
			name: `${kernel}, ${from.length} to ${to.length} pixels`,
			expected: to,
			tolerance: within(1e-4, to),
			source: 'closed form',
			measure: () =>
				tf.tidy(() => {
					const resized = resizeImages(columns(from), kernel, to.length);
					const row = Math.floor(to.length / 2);
					return [...tf.slice(resized, [0, row, 0, 1], [1, 1, to.length, 1]).dataSync()];
				}),
		}),
	);
	const expected = [9, 6, 6, 4];
	return [
		...resizeChecks,
		{
			group: 'Inception',
			name: 'average pool: 36 in a corner over 4, 6, 6, 9 pixels',
			expected,
			tolerance: within(1e-5, expected),
			source: 'padding is left out of the divisor of the graph of 2015-12-05',
			measure: () =>
				tf.tidy(() => {
					const map = tf.pad(tf.fill([1, 1, 1, 1], 36), [
						[0, 0],
						[0, 4],
						[0, 4],
						[0, 0],
					]) as Tensor4D; // [1, 5, 5, 1]
					const corner = tf.slice(averagePool(map), [0, 0, 0, 0], [1, 2, 2, 1]);
					return [...corner.dataSync()];
				}),
		},
	];
}
