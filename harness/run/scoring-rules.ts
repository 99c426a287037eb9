import type { Evaluator } from '../metrics/evaluators/evaluator.ts';
import type { TrainingSettings } from '../train/settings.ts';

/** How the samples of a run are scored: the same for its result and for a look in the middle of the training. */
export const scoringRules = (
	evaluator: Evaluator,
	{ fakeSets, fakesPerSet }: Pick<TrainingSettings, 'fakeSets' | 'fakesPerSet'>,
) => ({
	network: evaluator,
	fakeSets,
	fakesPerSet,
	inceptionScoreSplits: evaluator.rules.inceptionScore?.value.splits,
	traceRule: evaluator.rules.traceRule.value,
});
