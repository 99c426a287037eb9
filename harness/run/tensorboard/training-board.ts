import type { GanState } from '../../train/gan-state.ts';
import type { Spectrum } from '../collapse/spectrum.ts';
import { openEventFile } from './event-file.ts';
import { histogramOf, type SummaryValue } from './event-message.ts';

/** What TensorBoard shows of a training. */
export interface TrainingBoard {
	/** By name, such as `generator.total`. */
	addLosses(step: number, losses: Readonly<Record<string, number>>): void;
	/** Largest singular values by network. */
	addSpectra(step: number, spectra: Readonly<Record<string, Spectrum>>): void;
	/** The distribution of the weights of each kernel. */
	addWeights(step: number, state: GanState): void;
	/** @param sheet PNG of samples */
	addEvaluation(step: number, scores: Readonly<Record<string, number>>, sheet: Uint8Array): void;
	/** The samples of a finished run, a PNG. */
	addSamples(step: number, sheet: Uint8Array): void;
	/** Takes out what lies after a step to which the training was rolled back. */
	restart(step: number): void;
}

const slashed = (prefix: string, values: Readonly<Record<string, number>>): SummaryValue[] =>
	Object.entries(values).map(([name, scalar]) => ({ tag: `${prefix}${name.replace('.', '/')}`, scalar }));

/** Enough of the values for the shape of their distribution, evenly chosen: large networks have millions. */
function thinned(values: Float32Array): Float32Array {
	const stride = Math.ceil(values.length / 10_000);
	return stride === 1 ? values : values.filter((_, index) => index % stride === 0);
}

/** Width and height stand at fixed places of every PNG: https://www.w3.org/TR/png/#11IHDR */
function picture(tag: string, png: Uint8Array): SummaryValue {
	const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
	return { tag, png, width: view.getUint32(16), height: view.getUint32(20) };
}

/** @param step generator steps done; what the folder's files have of later ones is taken out */
export function createTrainingBoard(folder: string, runId: string, step: number): TrainingBoard {
	let file = openEventFile(folder, runId, step);
	return {
		addLosses(step, losses) {
			file.add({ step, values: slashed('loss/', losses) });
		},
		addSpectra(step, spectra) {
			const values = Object.entries(spectra).map(([network, { largest }]) => ({
				tag: `largest singular value/${network}`,
				scalar: largest,
			}));
			file.add({ step, values });
		},
		addWeights(step, state) {
			const values = (['generator', 'discriminator'] as const).flatMap(network =>
				[...state[network].parameters]
					.filter(([name]) => name.endsWith('kernel'))
					.map(([name, parameter]) => ({
						tag: `weights/${name}`,
						histogram: histogramOf(thinned(parameter.dataSync<'float32'>())),
					})),
			);
			file.add({ step, values });
		},
		addEvaluation(step, scores, sheet) {
			file.add({ step, values: [...slashed('evaluation/', scores), picture('samples', sheet)] });
		},
		addSamples(step, sheet) {
			file.add({ step, values: [picture('samples of the result', sheet)] });
		},
		restart(step) {
			file = openEventFile(folder, runId, step);
		},
	};
}
