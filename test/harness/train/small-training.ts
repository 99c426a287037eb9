import type { DataSet, MemorySplit } from '../../../harness/data/data-set.ts';
import { memorySplit } from '../../../harness/data/memory-split.ts';
import { createStream } from '../../../harness/tensor/random.ts';
import type { GanState } from '../../../harness/train/gan-state.ts';
import { scaledMovingAverage, type TrainingSettings } from '../../../harness/train/settings.ts';

/** Settings that train in a fraction of a second a step. */
export function smallSettings(steps: number, overrides: Partial<TrainingSettings> = {}): TrainingSettings {
	return {
		resolution: 32,
		channels: 4,
		batchSize: 8,
		steps,
		discriminatorSteps: 2,
		generatorLearningRate: 1e-4,
		discriminatorLearningRate: 5e-4,
		beta1: 0,
		beta2: 0.999,
		epsilon: 1e-8,
		...scaledMovingAverage(steps),
		standingBatches: 2,
		evaluationBatchSize: 8,
		fakeSets: 2,
		fakesPerSet: 12,
		...overrides,
	};
}

/** Noise with three classes: enough to train on, made in a moment. */
export function noiseDataSet(): DataSet<MemorySplit> {
	const split = (name: string, count: number) => {
		const stream = createStream(1, name);
		return memorySplit(
			Uint8Array.from({ length: count * 32 * 32 * 3 }, () => stream.integer(256)),
			Int32Array.from({ length: count }, (_, index) => index % 3),
		);
	};
	return {
		name: 'noise',
		digest: '0'.repeat(64),
		recipe: 'uniform noise',
		resolution: 32,
		classNames: ['a', 'b', 'c'],
		train: split('train', 48),
		test: split('test', 24),
	};
}

/** Copies of all trainable values, by name. */
export function snapshot(network: GanState['generator']): Map<string, Float32Array> {
	return new Map([...network.parameters].map(([name, value]) => [name, value.dataSync<'float32'>().slice()]));
}
