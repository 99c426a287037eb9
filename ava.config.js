export default {
	files: ['test/**/*.test.ts'],
	extensions: { ts: 'module' },
	nodeArguments: ['--import=./harness/runtime/register-typescript.js'],
	// One process a file: TensorFlow's threads and memory are released with it.
	workerThreads: false,
	concurrency: 2,
	timeout: '5m',
	failWithoutAssertions: true,
};
