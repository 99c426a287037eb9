import {
	attentionHeadChannels,
	attentionValueChannels,
	type Block,
	generatorBlocks,
	seedResolution,
} from '../../../methods/networks/big-gan/blocks.ts';
import type { BigGanConfig } from '../../../methods/networks/big-gan/config.ts';
import {
	largestAttentionTurn,
	largestWholeAttention,
} from '../../../methods/networks/layers/attention-limits.ts';

/** The sheet of samples passes the generator at once: ten images of each of up to ten classes, see `measureRun`. */
const sheetImages = 100;

/**
 * Memory that such a pass takes for each element that exists, fitted to `ci/bench/plan/memory.ts`. Copies in layouts of
 * oneDNN's own, and freed pieces that nothing fits into, are not counted otherwise.
 */
const overhead = 1.25;

/**
 * Elements beside the state while a trained run is measured, whatever its micro-batch: standing statistics and fakes in
 * batches of `evaluationBatchSize`, then the sheet of samples. The feature network of the scores is not counted.
 *
 * @param parameters of the generator: a copy with singular vectors of its own, and that of the session
 */
export function samplingElements(
	config: BigGanConfig,
	evaluationBatchSize: number,
	parameters: number,
): number {
	return 2 * parameters + overhead * eagerPassElements(config, Math.max(evaluationBatchSize, sheetImages));
}

/** Elements that the non-local block adds to what exists at the end of its block, see `nonLocalBlock` and `attend`. */
function attentionElements(map: number, side: number, channels: number, images: number): number {
	const [heads, values] = [attentionHeadChannels(channels), attentionValueChannels(channels)];
	const positions = side ** 2;
	// Projected at once, split, pooled and split again.
	const projected = 2 * positions * (2 * heads + values) + (2 * positions * (heads + values)) / 4;
	const scores = images * positions * (positions / 4);
	const existing = scores > largestWholeAttention && images > 1 ? largestAttentionTurn : scores;
	// Each turn's output and all of them; the last convolution and the sum come when the scores are gone.
	const mixed = images * positions * values;
	return images * projected + mixed + Math.max(3 * existing, mixed + 2 * images * map);
}

/**
 * Elements that exist at most in a forward pass of the generator operation by operation: everything that a block makes
 * lives until its end, its output until that of the pass. Compiled, a pass takes less; but its first one, and the
 * recording of each shape, are run this way.
 */
function eagerPassElements(config: BigGanConfig, images: number): number {
	let passed = 0;
	let most = 0;
	for (const [index, block] of generatorBlocks(config).entries()) {
		const side = seedResolution * 2 ** index;
		const elements = blockElements(block, side, images);
		most = Math.max(most, passed + elements.within);
		passed += elements.output;
	}
	// What the last norm reads is scaled and rectified.
	return Math.max(
		most,
		passed + 2 * images * config.resolution ** 2 * generatorBlocks(config).at(-1)!.outputChannels,
	);
}

function blockElements(
	{ inputChannels, outputChannels, attention }: Block,
	side: number,
	images: number,
): { readonly within: number; readonly output: number } {
	const before = side ** 2 * inputChannels;
	const narrow = side ** 2 * outputChannels;
	const after = 4 * narrow;
	// Each norm: normalised, scaled, moved, rectified. Convolutions with and without their bias, the shortcut before and
	// after it is widened, and the sum.
	const residual = 4 * before + 10 * after + narrow;
	const attended = attention ? attentionElements(after, 2 * side, outputChannels, images) : 0;
	return { within: images * residual + attended, output: images * after };
}
