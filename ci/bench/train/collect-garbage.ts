import { collectGarbage } from '../../../harness/data/packed/collect-garbage.ts';

/** Bytes of this process when everything in JavaScript that nothing refers to has been freed. */
export interface LiveMemory {
	/** Objects of JavaScript. */
	readonly heapBytes: number;
	/** Resident memory, that of TensorFlow included. */
	readonly residentBytes: number;
}

/** Collects JavaScript's garbage, all of it, and measures what is left. Takes tens of milliseconds. */
export function measureLiveMemory(): LiveMemory {
	collectGarbage();
	const { heapUsed, rss } = process.memoryUsage();
	return { heapBytes: heapUsed, residentBytes: rss };
}

/** Slope of the least-squares line through values at steps, in units of the values a step. */
export function growth(steps: readonly number[], values: readonly number[]): number {
	const mean = (numbers: readonly number[]): number =>
		numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
	const [step, value] = [mean(steps), mean(values)];
	const covariance = steps.reduce((sum, each, index) => sum + (each - step) * (values[index] - value), 0);
	return covariance / steps.reduce((sum, each) => sum + (each - step) ** 2, 0);
}
