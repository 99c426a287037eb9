/** One 3×3 convolution, followed by batch normalisation and ReLU. */
export interface Convolution {
	readonly name: string;
	readonly inputChannels: number;
	readonly outputChannels: number;
	/** 2 halves height and width. */
	readonly stride: 1 | 2;
}

/**
 * The convolutions of a feature network: one on the image, then for each halving of the resolution down to about
 * 8×8 a strided one and a plain one. Average pooling over the last map gives the features, a linear layer on
 * them the logits.
 *
 * @param resolution height and width of the images in pixels, at least 8
 */
export function describeConvolutions(
	options: { readonly width: number; readonly dimension: number },
	resolution: number,
): readonly Convolution[] {
	const halvings = Math.max(1, Math.round(Math.log2(resolution / 8)));
	const channelsAt = (stage: number): number =>
		stage === halvings ? options.dimension : Math.min(options.width * 2 ** stage, options.dimension);
	const convolutions: Convolution[] = [
		{ name: 'stem', inputChannels: 3, outputChannels: channelsAt(0), stride: 1 },
	];
	for (let stage = 1; stage <= halvings; stage++) {
		const outputChannels = channelsAt(stage);
		convolutions.push(
			{ name: `stage${stage}/down`, inputChannels: channelsAt(stage - 1), outputChannels, stride: 2 },
			{ name: `stage${stage}/plain`, inputChannels: outputChannels, outputChannels, stride: 1 },
		);
	}
	return convolutions;
}
