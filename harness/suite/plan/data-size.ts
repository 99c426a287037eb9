import { shapesClassCount } from '../../data/shapes/shapes.ts';
import type { Profile } from '../../run/profile.ts';
import type { DataSize } from '../cost/run-work.ts';

/** Sizes of a data set without opening it. */
export interface PlannedDataSize extends DataSize {
	/** What was taken for granted, in words; null for sources whose sizes are fixed. */
	readonly assumption: string | null;
}

const imagenet: DataSize = { classes: 1000, trainCount: 1_281_167, testCount: 50_000 };
const cifar10: DataSize = { classes: 10, trainCount: 50_000, testCount: 10_000 };

/**
 * Classes and images of a data source, which the work of a grid depends on a little. Folders and archives are not
 * opened: they count as ImageNet at 128×128 and above, as CIFAR-10 below.
 */
export function dataSizeOf(data: string | null, profile: Profile): PlannedDataSize {
	const limited = (size: DataSize, assumption: string | null = null): PlannedDataSize => ({
		classes: size.classes,
		trainCount: Math.min(size.trainCount, profile.trainCount ?? size.trainCount),
		testCount: Math.min(size.testCount, profile.testCount ?? size.testCount),
		assumption,
	});
	const form = data?.split(':')[0] ?? '';
	if (form === 'shapes') return limited({ classes: shapesClassCount, trainCount: 10_000, testCount: 2000 });
	if (form === 'cifar10') return limited(cifar10);
	if (form.startsWith('imagenet')) return limited(imagenet);
	const large = profile.settings(1).resolution >= 128;
	const words = large ? 'ImageNet: 1,000 classes, 1,281,167 images' : 'CIFAR-10: 10 classes, 50,000 images';
	return limited(large ? imagenet : cifar10, `${data ?? 'no data given'}; counted as ${words}`);
}

/** No more training images than this come of a data source, whatever was assumed; infinite if nothing limits them. */
export function mostTrainImages(data: string | null, profile: Profile): number {
	const { assumption, trainCount } = dataSizeOf(data, profile);
	return assumption === null ? trainCount : (profile.trainCount ?? Number.POSITIVE_INFINITY);
}
