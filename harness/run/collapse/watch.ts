import { z } from 'zod';
import type { LossValues } from '../../train/trainer.ts';
import type { CollapseKind } from './policy.ts';
import type { Spectrum } from './spectrum.ts';

/** A sign that a training has collapsed. */
export interface CollapseSign {
	readonly kind: CollapseKind;
	/** In words, with the numbers. */
	readonly reason: string;
}

/** An FID this many times the best so far is a jump; the paper's collapsed run ended at 6.5 times its median. */
const fidFactor = 2;
/** The discriminator's adversarial loss is 2 at the start with the hinge; this small, it has nothing left to teach. */
const vanishedLoss = 0.02;
/** A singular value that grows this much in a twentieth of the training runs away (BigGAN, arXiv 1809.11096, §4). */
const spectrumFactor = 10;
/** Part of the samples that look like another one. */
const duplicateShare = 0.5;

/** What the watch remembers, plain so that a checkpoint can keep it. */
export const watchMemorySchema = z.strictObject({
	bestFid: z.strictObject({ step: z.number(), value: z.number() }).nullable(),
	/** Exponential mean of the discriminator's |adversarial loss|. */
	meanLoss: z.number().nullable(),
	largest: z.record(z.string(), z.number()),
	/** Signs that hold at present: each is told once, when it begins. */
	present: z.array(z.string()),
});
export type WatchMemory = z.infer<typeof watchMemorySchema>;

export const emptyWatchMemory: WatchMemory = { bestFid: null, meanLoss: null, largest: {}, present: [] };

/** Looks at a training for signs of collapse. A function of what it is told: a resumed watch says the same. */
export interface CollapseWatch {
	/** After each generator step. */
	onStep(step: number, losses: LossValues): CollapseSign[];
	/** After each evaluation. @param duplicates part of the samples that look like another one, [0, 1] */
	onEvaluation(step: number, scores: { readonly fid: number; readonly duplicates: number }): CollapseSign[];
	/** After each look at the singular values. */
	onSpectrum(spectra: Readonly<Record<string, Spectrum>>): CollapseSign[];
	memory(): WatchMemory;
}

/** @param steps generator steps of the whole training */
export function createCollapseWatch(steps: number, before: WatchMemory = emptyWatchMemory): CollapseWatch {
	let { bestFid, meanLoss } = before;
	const largest: Record<string, number> = { ...before.largest };
	const present = new Set(before.present);
	// A hundredth of the training, so that one small batch loss is no sign.
	const horizon = Math.max(10, steps / 100);

	/** The sign, if it holds now and did not at the last look. */
	const begins = (kind: CollapseKind, holds: boolean, reason: () => string, name: string = kind) => {
		const known = present.has(name);
		if (holds) present.add(name);
		else present.delete(name);
		return holds && !known ? [{ kind, reason: reason() }] : [];
	};
	return {
		onStep(step, losses) {
			// The rotation and class losses in a total go on however little D learns of what is real.
			const size = Math.abs(losses['discriminator.adversarialLoss'] ?? losses['discriminator.total']);
			const rate = 1 / horizon;
			meanLoss = meanLoss === null ? size : meanLoss + rate * (size - meanLoss);
			return begins(
				'vanishing-loss',
				step > horizon && meanLoss < vanishedLoss,
				() => `the discriminator's adversarial loss vanished: ${meanLoss!.toPrecision(3)} in the mean`,
			);
		},
		onEvaluation(step, { fid, duplicates }) {
			const best = bestFid;
			if (best === null || fid < best.value) bestFid = { step, value: fid };
			return [
				...begins(
					'fid-jump',
					best !== null && fid > fidFactor * best.value,
					() => `FID jumped to ${fid.toFixed(2)} from ${best!.value.toFixed(2)} at step ${best!.step}`,
				),
				...begins(
					'duplicate-samples',
					duplicates > duplicateShare,
					() => `${Math.round(100 * duplicates)} % of the samples look like another one`,
				),
			];
		},
		onSpectrum(spectra) {
			return Object.entries(spectra).flatMap(([network, { largest: value, name }]) => {
				const previous = largest[network];
				largest[network] = value;
				return begins(
					'singular-value',
					previous !== undefined && value > spectrumFactor * previous,
					() =>
						`the largest singular value of the ${network} grew from ${previous.toPrecision(3)} to ${value.toPrecision(3)} (${name})`,
					`singular-value ${network}`,
				);
			});
		},
		memory: () => ({ bestFid, meanLoss, largest: { ...largest }, present: [...present].sort() }),
	};
}
