import { loadDataSet } from '../../../harness/data/load.ts';
import { UsageError } from '../../../harness/errors.ts';
import { createStream } from '../../../harness/tensor/random.ts';

export interface BenchmarkFeatures {
	readonly name: string;
	/** [n, dimension], row-major. */
	readonly values: Float32Array;
	readonly dimension: number;
	/** True group of each row. */
	readonly labels: Int32Array;
}

/**
 * Rows like those of a rectified feature network: non-negative, half of them zero, around one of 80 points, with most
 * of a row's length its own.
 */
function drawRectified(count: number, dimension: number): BenchmarkFeatures {
	const stream = createStream(1, 'clustering-benchmark');
	const groups = 80;
	const means = stream.normals(groups * dimension);
	// Windows into one long run of normal numbers: drawing all of them would take longer than clustering.
	const noise = stream.normals(2 ** 22);
	const labels = new Int32Array(count);
	const values = new Float32Array(count * dimension);
	for (let row = 0; row < count; row++) {
		const label = stream.integer(groups);
		const offset = stream.integer(noise.length - dimension);
		labels[row] = label;
		for (let index = 0; index < dimension; index++) {
			const value = 0.5 * means[label * dimension + index] + 1.5 * noise[offset + index];
			values[row * dimension + index] = Math.max(0, value);
		}
	}
	return { name: `${count} drawn rows of ${dimension}`, values, dimension, labels };
}

/** `drawn:ROWSxDIMENSION`, or the pixels of the training images of any data source at 32 × 32. */
export async function benchmarkFeatures(source: string): Promise<BenchmarkFeatures> {
	if (source.startsWith('drawn:')) {
		const [, rows, dimension] = /^drawn:(\d+)x(\d+)$/u.exec(source) ?? [];
		if (!rows) throw new UsageError(`--data: expected for example drawn:50000x2048, got ${source}`);
		return drawRectified(Number(rows), Number(dimension));
	}
	const { name, train } = await loadDataSet(source, { resolution: 32 });
	const pixels = train.read(Uint32Array.from({ length: train.count }, (_, index) => index));
	// Not Float32Array.from, which lists all values first.
	const values = new Float32Array(pixels.length);
	for (let position = 0; position < values.length; position++) values[position] = pixels[position] / 255;
	const dimension = values.length / train.count;
	return {
		name: `${train.count} images of ${name}, ${dimension} pixel values`,
		values,
		dimension,
		labels: train.labels,
	};
}
