/** Part of the test features whose nearest class mean, over the training features, is that of their own label. */
export function nearestCentroidAccuracy(
	train: { features: readonly Float64Array[]; labels: ArrayLike<number> },
	test: { features: readonly Float64Array[]; labels: ArrayLike<number> },
	classes: number,
): number {
	const width = train.features[0].length;
	const means = Array.from({ length: classes }, () => new Float64Array(width));
	const counts = new Float64Array(classes);
	for (const label of Array.from(train.labels)) counts[label]++;
	for (const [index, features] of train.features.entries()) {
		const label = train.labels[index];
		for (const [column, value] of features.entries()) means[label][column] += value / counts[label];
	}
	const distance = (mean: Float64Array, features: Float64Array): number =>
		mean.reduce((sum, value, column) => sum + (value - features[column]) ** 2, 0);
	let right = 0;
	for (const [index, features] of test.features.entries()) {
		const distances = means.map(mean => distance(mean, features));
		if (distances.indexOf(Math.min(...distances)) === test.labels[index]) right++;
	}
	return right / test.features.length;
}
