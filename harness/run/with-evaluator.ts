import type { EvaluatorKind } from '../metrics/evaluators/evaluator.ts';
import type { Profile } from './profile.ts';

/** The profile with another evaluator; the profile itself if undefined. */
export function withEvaluator(profile: Profile, evaluator: EvaluatorKind | undefined): Profile {
	return evaluator === undefined ? profile : { ...profile, evaluator };
}
