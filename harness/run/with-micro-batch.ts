import { UsageError } from '../errors.ts';
import type { Profile } from './profile.ts';

/**
 * The profile with its batches in micro-batches of this many images; the profile itself if undefined.
 *
 * @throws UsageError if the profile's batch size is no multiple of it
 */
export function withMicroBatch(profile: Profile, microBatchSize: number | undefined): Profile {
	if (microBatchSize === undefined) return profile;
	const { batchSize } = profile.settings(profile.defaultSteps);
	if (batchSize % microBatchSize !== 0) {
		const divisors = Array.from({ length: batchSize }, (_, index) => index + 1).filter(
			n => batchSize % n === 0,
		);
		throw new UsageError(
			`micro-batch: expected a divisor of the batch size ${batchSize} of ${profile.name}, got ${microBatchSize}`,
			`allowed: ${divisors.join(', ')}`,
		);
	}
	return { ...profile, settings: steps => ({ ...profile.settings(steps), microBatchSize }) };
}
