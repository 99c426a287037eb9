import { markdownTable } from 'markdown-table';
import { possibleMicroBatches } from '../../run/possible-options.ts';
import type { Profile } from '../../run/profile.ts';
import type { Cell } from '../cells.ts';
import { baseBytes, largestMicroBatch, predictMemory } from '../cost/memory.ts';
import { trainingShape } from '../cost/step-work.ts';
import { dataSizeOf } from './data-size.ts';
import { formatBytes } from './format-plan.ts';
import { classesOf, shapeKey } from './step-times.ts';

/** Predicted memory of one shape of a grid. */
export interface MemoryRow {
	readonly method: string;
	readonly batchSize: number;
	readonly microBatchSize: number;
	/** Bytes, see `MemoryPrediction`. */
	readonly base: number;
	readonly state: number;
	readonly recording: number;
	readonly training: number;
	readonly sampling: number;
	readonly peak: number;
	/** Null without a limit. */
	readonly fits: boolean | null;
	/** Images of the largest micro-batch within the limit; null without a limit, or if not even the smallest fits. */
	readonly largestMicroBatch: number | null;
}

/**
 * The memory of a training of each shape of a grid.
 *
 * @param limit bytes; null for none
 */
export function planMemory(
	grid: {
		readonly profile: Profile;
		readonly steps: number;
		readonly data: string | null;
		readonly cells: readonly Cell[];
	},
	limit: number | null,
): readonly MemoryRow[] {
	const data = dataSizeOf(grid.data, grid.profile);
	const settings = grid.profile.settings(grid.steps);
	const { batchSize, microBatchSize = batchSize } = settings;
	return [...new Map(grid.cells.map(cell => [shapeKey(cell), cell])).values()].map((cell): MemoryRow => {
		const { loaded, options } = cell;
		const shape = (images: number) =>
			trainingShape(loaded.method, options, { ...settings, microBatchSize: images }, classesOf(cell, data));
		const sizes = possibleMicroBatches(loaded.method, options, settings);
		const { base, state, recording, training, sampling, peak } = predictMemory(shape(microBatchSize));
		return {
			...{ method: loaded.method.name, batchSize, microBatchSize },
			...{ base, state, recording, training, sampling, peak },
			fits: limit === null ? null : peak <= limit,
			largestMicroBatch: limit === null ? null : largestMicroBatch(shape, sizes, limit).images,
		};
	});
}

/** For people, in Markdown. */
export function formatMemory(rows: readonly MemoryRow[], limit: number | null): string {
	const limited = limit === null ? [] : [`largest micro-batch in ${formatBytes(limit)}`];
	return `${markdownTable(
		[
			['method', 'micro-batch', 'state', 'recording', 'training', 'sampling', 'peak', ...limited],
			...rows.map(row => [
				row.method,
				`${row.microBatchSize} of ${row.batchSize}`,
				...[row.state, row.recording, row.training, row.sampling, row.peak].map(formatBytes),
				...(limit === null ? [] : [row.largestMicroBatch === null ? 'none' : String(row.largestMicroBatch)]),
			]),
		],
		{ align: ['l', 'r', 'r', 'r', 'r', 'r', 'r', 'r'] },
	)}\n`;
}

/** What the numbers are and are not, for people. */
export const memoryNotes = [
	`Predicted from the networks: state (weights, moments, average), the one recording of each update operation by operation, then the compiled training; sampling is the measuring of the trained run, in batches of the profile and a sheet of 100 images, whatever the micro-batch. The peak is the process itself (${formatBytes(baseBytes)} on a CPU), state, and the largest of the other three; the network of the scores is not counted.`,
	'Within 14 % of resident memory measured on a CPU for 0.7 to 8 GB, sampling within 8 % (ci/bench/plan/memory.ts). TensorFlow’s allocator keeps freed memory in its pool on CPU and GPU; on a GPU it also fragments: leave a tenth free. Not measured on a GPU.',
] as const;
