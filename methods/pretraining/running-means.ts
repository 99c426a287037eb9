import type { PretrainingLosses } from './update.ts';

/** The losses of an update, or their means over some, as numbers. */
export type LossNumbers = Readonly<Record<keyof PretrainingLosses, number>>;

/** What a mean that still grows has to keep. */
export interface MeansMemory {
	readonly sums: LossNumbers;
	/** Updates in the sums. */
	readonly count: number;
}

const none: MeansMemory = { sums: { total: 0, rotation: 0, class: 0, rotationAccuracy: 0 }, count: 0 };

/**
 * Means of losses as they grow.
 *
 * @param from where they go on; default nothing yet
 */
export function createRunningMeans(from: MeansMemory = none) {
	let { sums, count } = from;
	return {
		add(losses: LossNumbers): void {
			sums = {
				total: sums.total + losses.total,
				rotation: sums.rotation + losses.rotation,
				class: sums.class + losses.class,
				rotationAccuracy: sums.rotationAccuracy + losses.rotationAccuracy,
			};
			count++;
		},
		/** The means of what was added since the last call, at least one update. */
		take(): LossNumbers {
			const mean = {
				total: sums.total / count,
				rotation: sums.rotation / count,
				class: sums.class / count,
				rotationAccuracy: sums.rotationAccuracy / count,
			};
			({ sums, count } = none);
			return mean;
		},
		memory: (): MeansMemory => ({ sums, count }),
	};
}
