import { UsageError } from '../errors.ts';
import type { Profile } from './profile.ts';

/** The sizes in which a batch falls into equal parts, ascending. */
export const divisorsOf = (batchSize: number): readonly number[] =>
	Array.from({ length: batchSize }, (_, index) => index + 1).filter(images => batchSize % images === 0);

/**
 * The profile with its batches in micro-batches of this many images; the profile itself if undefined.
 *
 * @throws UsageError if the profile's batch size is no multiple of it
 */
export function withMicroBatch(profile: Profile, microBatchSize: number | undefined): Profile {
	if (microBatchSize === undefined) return profile;
	const { batchSize } = profile.settings(profile.defaultSteps);
	if (batchSize % microBatchSize !== 0) {
		throw new UsageError(
			`micro-batch: expected a divisor of the batch size ${batchSize} of ${profile.name}, got ${microBatchSize}`,
			`allowed: ${divisorsOf(batchSize).join(', ')}`,
		);
	}
	return { ...profile, settings: steps => ({ ...profile.settings(steps), microBatchSize }) };
}
