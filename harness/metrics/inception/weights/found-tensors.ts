import { UsageError } from '../../../errors.ts';

/** A tensor as some file holds it. */
export interface FoundTensor {
	readonly shape: readonly number[];
	/** For example `float32`, `float16`, `int64`. */
	readonly type: string;
	/** Row-major; undefined for every type but float32: nothing is converted unasked. */
	readonly values: Float32Array | undefined;
}

/** Tensors by the names of the file that they come from. */
export type FoundTensors = ReadonlyMap<string, FoundTensor>;

/** Inception takes 96 MB; nothing that claims more than this (bytes) is unpacked or read. */
export const largestWeightsBytes = 512 * 2 ** 20;

/** The one error of a file that cannot be read: what is wrong with it, and where an intact one comes from. */
export function unreadable(file: string, problem: string, cause?: unknown): UsageError {
	return new UsageError(
		`${file}: cannot be read as Inception's weights: ${problem}`,
		'get classify_image_graph_def.pb or pt_inception-2015-12-05-6726825d.pth again; see `fewer-labels metrics install --help`',
		cause,
	);
}
