import { rotatedRows } from '../../methods/losses/rotate-images.ts';
import type { Method, OptionValues } from '../../methods/method.ts';
import { clusterSettings } from '../../methods/pretraining/clustering/options.ts';
import { UsageError } from '../errors.ts';
import type { TrainingSettings } from '../train/settings.ts';
import { divisorsOf } from './with-micro-batch.ts';

// Options may each be in range and still not go together, or with the data. The methods refuse that where it matters,
// which may be hours of pre-training later: here their own rules are asked before anything is made.

type RotatingMethod = Pick<Method, 'name' | 'networks'>;

/** The option of a method that turns part of its images; null if it turns none, or has no such option. */
function rotatedFraction(
	method: RotatingMethod,
	options: OptionValues,
	{ resolution, channels }: TrainingSettings,
): number | null {
	const { rotatedBatchFraction: fraction } = options;
	if (typeof fraction !== 'number') return null;
	return method.networks({ resolution, channels, classes: 2 }, options).rotationHead ? fraction : null;
}

/** Whether `rotatedRows`, which the losses call, accepts it. */
function canRotate(images: number, fraction: number): boolean {
	try {
		return rotatedRows(images, fraction) > 0;
	} catch (error) {
		if (error instanceof UsageError) return false;
		throw error;
	}
}

/** The divisors of the batch that a method can train with as micro-batches, in images, ascending. */
export function possibleMicroBatches(
	method: RotatingMethod,
	options: OptionValues,
	settings: TrainingSettings,
): readonly number[] {
	const fraction = rotatedFraction(method, options, settings);
	const divisors = divisorsOf(settings.batchSize);
	return fraction === null ? divisors : divisors.filter(images => canRotate(images, fraction));
}

/** @throws UsageError if no whole number of images of a (micro-)batch can be turned as the method's options say */
export function requireRotatedPart(
	method: RotatingMethod,
	options: OptionValues,
	settings: TrainingSettings,
): void {
	const { batchSize, microBatchSize: images = batchSize } = settings;
	const fraction = rotatedFraction(method, options, settings);
	if (fraction === null || canRotate(images, fraction)) return;
	const { name } = method;
	const fractions = divisorsOf(images).filter(each => canRotate(images, each));
	const sizes = possibleMicroBatches(method, options, settings);
	const fixes = [
		...(fractions.length > 0 ? [`--option ${name}.rotatedBatchFraction=${listOf(fractions)}`] : []),
		...(sizes.length > 0 ? [`--micro-batch ${listOf(sizes)}`] : []),
	];
	throw new UsageError(
		`${name}: rotatedBatchFraction ${fraction} has to divide the ${images === batchSize ? 'batch' : 'micro-batch'} of ${images} images and to leave at least 4 of them`,
		`give ${fixes.join(', or ')}`,
	);
}

const listOf = (numbers: readonly number[]): string => numbers.join(' or ');

/**
 * @param name of the method that asks for the clusters
 * @param images for training
 * @throws UsageError if there are fewer images than clusters
 */
export function requireClusters(name: string, clusters: number, images: number): void {
	try {
		clusterSettings({ clusters, seed: 1 }, images);
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		throw new UsageError(
			`${name}: ${error.message}`,
			`give --option ${name}.clusters=${images} or fewer, or data with more training images`,
			error,
		);
	}
}
