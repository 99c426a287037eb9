import { type LabelledFeatures, linearProbeSteps } from '../linear-probe/linear-probe.ts';
import type { Steps } from '../steps.ts';
import type { Metrics } from './score-result.ts';

/** λ of the penalty of the probe. */
export const probePenalty = 1e-3;

/** Features of a discriminator for the images that the probe is fitted to, and for those that it is scored on. */
export interface ProbeFeatures {
	readonly training: LabelledFeatures;
	readonly heldOut: LabelledFeatures;
	/** Number of classes. */
	readonly classes: number;
}

/** When the fit ends: no component of the gradient is larger, or so many steps are done. */
export const probeGradientTolerance = 1e-5;
export const probeMostSteps = 200;

/**
 * Accuracy of a linear classifier on the features of a run's discriminator.
 *
 * @returns also 1 for each held-out image that it names the class of, and 0 for the others
 */
export function* measureProbe(
	{ training, heldOut, classes }: ProbeFeatures,
	onProgress: (fraction: number) => void,
): Steps<{
	linearProbe: NonNullable<Metrics['linearProbe']>;
	isRight: Uint8Array;
	warnings: readonly string[];
}> {
	const probe = yield* linearProbeSteps(training, heldOut, {
		classes,
		penalty: probePenalty,
		maximumSteps: probeMostSteps,
		gradientTolerance: probeGradientTolerance,
		onStep: step => onProgress(step / probeMostSteps),
	});
	return {
		linearProbe: {
			accuracy: probe.heldOutAccuracy,
			trainingAccuracy: probe.trainingAccuracy,
			penalty: probePenalty,
			dimension: training.features.dimension,
			steps: probe.steps,
			converged: probe.converged,
		},
		isRight: probe.rightHeldOut,
		warnings: probe.warnings.map(warning => `linear-probe: ${warning}`),
	};
}
