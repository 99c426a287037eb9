import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../../harness/tensor/tensorflow.ts';

/** Time spent in one kernel on inputs of the same shapes, all calls together. */
export interface KernelTime {
	/** TensorFlow's name of the operation. */
	readonly kernel: string;
	/** Shapes of the inputs, for example `64×16×16×64, 3×3×64×64`. */
	readonly shapes: string;
	readonly calls: number;
	/** By the clock. */
	readonly milliseconds: number;
	/** Of all threads; on a quiet machine, divided by the clock's, the cores that the kernel kept busy. */
	readonly processorMilliseconds: number;
}

type Execute = (name: string, attributes: unknown, inputs: readonly Tensor[], outputs?: number) => unknown;
const executors = ['executeSingleOutput', 'executeMultipleOutputs'] as const;
type Backend = Record<(typeof executors)[number], Execute>;

/**
 * Times every kernel that an eager computation runs; the native backend runs each to its end before it returns.
 * The measuring itself adds a few microseconds a call.
 *
 * @returns most expensive first
 */
export function profileKernels(compute: () => void): KernelTime[] {
	const backend = tf.backend() as unknown as Backend;
	const totals = new Map<string, { -readonly [Key in keyof KernelTime]: KernelTime[Key] }>();
	for (const executor of executors) {
		const original = backend[executor];
		backend[executor] = (name, attributes, inputs, outputs) => {
			const shapes = inputs.map(({ shape }) => shape.join('×') || 'scalar').join(', ');
			const usedBefore = process.cpuUsage();
			const start = performance.now();
			const result = original.call(backend, name, attributes, inputs, outputs);
			const milliseconds = performance.now() - start;
			const used = process.cpuUsage(usedBefore);
			const key = `${name} ${shapes}`;
			const empty = { kernel: name, shapes, calls: 0, milliseconds: 0, processorMilliseconds: 0 };
			const total = totals.get(key) ?? empty;
			total.calls += 1;
			total.milliseconds += milliseconds;
			total.processorMilliseconds += (used.user + used.system) / 1000;
			totals.set(key, total);
			return result;
		};
	}
	try {
		compute();
	} finally {
		// Uncovers the methods of the class again.
		for (const executor of executors) Reflect.deleteProperty(backend, executor);
	}
	return [...totals.values()].sort(byTime);
}

/** Adds up the times of each kernel over the shapes of its inputs; `shapes` is then empty. */
export function totalByKernel(times: readonly KernelTime[]): KernelTime[] {
	const names = [...new Set(times.map(({ kernel }) => kernel))];
	return names
		.map(kernel => {
			const own = times.filter(time => time.kernel === kernel);
			const sum = (of: (time: KernelTime) => number): number =>
				own.reduce((total, time) => total + of(time), 0);
			return {
				kernel,
				shapes: '',
				calls: sum(time => time.calls),
				milliseconds: sum(time => time.milliseconds),
				processorMilliseconds: sum(time => time.processorMilliseconds),
			};
		})
		.sort(byTime);
}

const byTime = (a: KernelTime, b: KernelTime): number => b.milliseconds - a.milliseconds;
