import { median } from '../../../harness/statistics/median.ts';

/** Largest distance of resident memory from its median that still counts as flat. */
const tolerance = 0.05;

export interface MemoryVerdict {
	/** Samples at the start that do not count: a tenth of all, at least one if there are several. */
	readonly warmUpSteps: number;
	/** The different tensor counts after the warm-up, in the order in which they appeared. */
	readonly tensors: readonly number[];
	/** Resident memory of the process after the warm-up, one a sample. */
	readonly residentBytes: readonly number[];
	/** Whether there is one tensor count and memory stays within 5 % of its median. */
	readonly flat: boolean;
}

/** Judges samples of a training, one a step. */
export function judgeMemory(
	tensorCounts: readonly number[],
	residentBytes: readonly number[],
): MemoryVerdict {
	const warmUpSteps = Math.min(tensorCounts.length - 1, Math.ceil(tensorCounts.length / 10));
	const tensors = [...new Set(tensorCounts.slice(warmUpSteps))];
	const counted = residentBytes.slice(warmUpSteps);
	const middle = median(counted);
	const steady = counted.every(bytes => Math.abs(bytes - middle) <= tolerance * middle);
	return { warmUpSteps, tensors, residentBytes: counted, flat: tensors.length === 1 && steady };
}

/** Collects samples of this process. */
export function watchMemory() {
	const tensorCounts: number[] = [];
	const residentBytes: number[] = [];
	return {
		sample(tensors: number): void {
			tensorCounts.push(tensors);
			residentBytes.push(process.memoryUsage.rss());
		},
		/** The last sample for people. */
		now: (): string => `${tensorCounts.at(-1)} tensors, ${(residentBytes.at(-1)! / 1e6).toFixed(0)} MB`,
		judge: (): MemoryVerdict => judgeMemory(tensorCounts, residentBytes),
	};
}
