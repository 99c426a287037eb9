/** Files that a run leaves beside `samples.png`. */
export const sheetNames = {
	/** A row for each class or cluster: training images on the left, generated ones on the right. */
	classes: 'samples-classes.png',
	/** Rows between two latents at one class; below the gap, rows between two classes at one latent. */
	interpolation: 'samples-interpolation.png',
} as const;
