/** The inputs of ci/golden/metrics-scores.py, float32 row-major [count, width]. */
export function wave(
	count: number,
	width: number,
	phase: number,
	spread: number,
	offset: number,
): Float32Array {
	return Float32Array.from({ length: count * width }, (_, index) => {
		const [row, column] = [Math.floor(index / width), index % width];
		const angle = phase + 1.7 * row + 0.9 * column + 0.37 * row * column;
		return Math.sin(angle) * (1 + spread * column) + offset * column;
	});
}
