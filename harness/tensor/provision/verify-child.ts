// Started by verify-runtime.ts as a process of its own: a native library that does not fit the processor ends the
// process instead of throwing. Argument: the runtime's files as JSON. Prints one JSON line.
import { loadTensorFlow, type RuntimeFiles } from '../tensorflow.ts';

function convolveOnce(files: RuntimeFiles): Record<string, unknown> {
	const tf = loadTensorFlow(files);
	const backend = tf.backend() as unknown as {
		readonly isUsingGpuDevice: boolean;
		readonly binding: { readonly TF_Version: string };
	};
	const numbers = tf.tidy(() => {
		const image = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
		const filter = tf.tensor4d([1, 2, 3, 4], [2, 2, 1, 1]);
		const upstream = tf.tensor4d([1, -1, 2, 0.5], [1, 2, 2, 1]);
		const convolve = (x: unknown, w: unknown) => tf.conv2d(x as typeof image, w as typeof filter, 1, 'valid');
		const loss = tf.grads((x, w) => convolve(x, w).mul(upstream).sum());
		const [imageGradient, filterGradient] = loss([image, filter]);
		return {
			output: [...convolve(image, filter).dataSync()],
			imageGradient: [...imageGradient.dataSync()],
			filterGradient: [...filterGradient.dataSync()],
		};
	});
	return { ...numbers, version: backend.binding.TF_Version, gpu: backend.isUsingGpuDevice };
}

try {
	process.stdout.write(`${JSON.stringify(convolveOnce(JSON.parse(process.argv[2])))}\n`);
} catch (error) {
	// The parent quotes the last lines: the message, not the stack.
	process.stderr.write(`${(error as Error).message}\n`);
	process.exitCode = 1;
}
