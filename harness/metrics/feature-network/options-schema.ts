import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import type { FeatureNetworkOptions } from './presets.ts';

const positiveInteger = z.number().int().positive();

/** Ranges of the options; see `FeatureNetworkOptions` for what they mean. */
export const featureNetworkOptionsSchema: z.ZodType<FeatureNetworkOptions> = z.strictObject({
	width: positiveInteger,
	dimension: positiveInteger,
	imagesSeen: z.number().positive(),
	batchSize: z.number().int().min(2),
	learningRate: z.number().positive(),
	momentum: z.number().min(0).lt(1),
	weightDecay: z.number().min(0),
	largestShift: z.number().int().min(0),
	seed: positiveInteger.max(2 ** 31 - 1),
});

/** @throws UsageError naming every option that is out of range */
export function requireFeatureNetworkOptions(options: FeatureNetworkOptions): void {
	const parsed = featureNetworkOptionsSchema.safeParse(options);
	if (parsed.success) return;
	throw new UsageError(`feature network options: ${z.prettifyError(parsed.error)}`, undefined, parsed.error);
}
