import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { ScoreExtractor } from '../../../../harness/metrics/score/extractor.ts';
import type { PictureSource } from '../../../../harness/metrics/sources/source.ts';
import { createStream } from '../../../../harness/tensor/random.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';

/** A tiny network behind the extractor's interface: random projections of the pixels; counts its images. */
export function fakeExtractor(fingerprint = 'f'.repeat(64)): ScoreExtractor & { seen: number[] } {
	const resolution = 8;
	const [dimension, classes] = [5, 4];
	const inputs = resolution ** 2 * 3;
	const draw = (name: string, width: number): Float32Array =>
		createStream(3, 'fake-extractor', name).normals(inputs * width);
	const kernels = { features: draw('features', dimension), logits: draw('logits', classes) };
	const seen: number[] = [];
	return {
		name: 'projection',
		fingerprint,
		proxy: true,
		dimension,
		classes,
		resolution,
		logitsBias: true,
		notes: ['a network for tests'],
		seen,
		extract(images: Tensor4D) {
			seen.push(images.shape[0]);
			return tf.tidy(() => {
				const flat = tf.div(images, 255).reshape([images.shape[0], inputs]) as Tensor2D;
				const project = (kernel: Float32Array, width: number): Tensor2D =>
					tf.matMul(flat, tf.tensor2d(kernel.slice(), [inputs, width]));
				return { features: project(kernels.features, dimension), logits: project(kernels.logits, classes) };
			});
		},
		dispose: () => {},
	};
}

/** Noise images of the given sizes, bytes unless floats are asked for. */
export function noisePictures(
	name: string,
	sizes: readonly (readonly [height: number, width: number])[],
	options: { readonly floats?: boolean; readonly contrast?: number } = {},
): PictureSource & { readings: number } {
	const { floats = false, contrast = 1 } = options;
	const source = {
		kind: 'pictures' as const,
		name,
		split: 'as given',
		generatorMode: 'as given',
		seeds: {},
		count: sizes.length,
		readings: 0,
		close: () => {},
		digest: async () => `digest of ${name} ${JSON.stringify({ sizes, floats, contrast })}`,
		*stacks() {
			source.readings += 1;
			for (const [index, [height, width]] of sizes.entries()) {
				const stream = createStream(7, 'noise', name, index);
				const values = Float32Array.from(
					{ length: height * width * 3 },
					() => 127.5 + contrast * 127 * (2 * stream.uniform() - 1),
				);
				yield { count: 1, height, width, pixels: floats ? values : Uint8Array.from(values) };
			}
		},
	};
	return source;
}

export const squares = (count: number, size = 8): [number, number][] =>
	Array.from({ length: count }, () => [size, size]);
