/** The labels that a GAN is trained with. */
export interface TrainingLabels {
	/** Classes of the labels, which need not be those of the data set. */
	readonly classes: number;
	/** Label of each training image in [0, classes), −1 for none. */
	readonly hard: Int32Array;
	/** Probabilities [images, classes], row-major, that stand in for one-hot rows; null for none. */
	readonly soft: Float32Array | null;
	/** p(y) of the labels of the fakes, [classes]; null for uniform. */
	readonly fakeProbabilities: ArrayLike<number> | null;
}

/** The rows of soft labels of these images, [images · classes]. */
export function softRows(soft: Float32Array, classes: number, images: Uint32Array): Float32Array {
	const rows = new Float32Array(images.length * classes);
	for (const [row, image] of images.entries()) {
		rows.set(soft.subarray(image * classes, (image + 1) * classes), row * classes);
	}
	return rows;
}
