/**
 * The data set of ci/golden/clustering-k-means.py, float32 [blobs · rows, dimension] row-major: row r belongs
 * to blob r mod `blobs`.
 */
export function overlappingBlobs(blobs: number, rows: number, dimension: number): Float32Array {
	let state = 1;
	const uniform = (): number => {
		state = (state * 48271) % 2147483647;
		return state / 2147483647;
	};
	const means = Array.from({ length: blobs * dimension }, () => 3 * uniform());
	return Float32Array.from({ length: blobs * rows * dimension }, (_, position) => {
		const [row, index] = [Math.floor(position / dimension), position % dimension];
		const noise = uniform() + uniform() + uniform() + uniform() - 2;
		return means[(row % blobs) * dimension + index] + noise;
	});
}
