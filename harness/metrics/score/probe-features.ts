import path from 'node:path';
import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { UsageError } from '../../errors.ts';
import { openStoredRun, type StoredRun } from '../../samples/stored-run.ts';
import { tf } from '../../tensor/tensorflow.ts';
import type { FeatureCache } from '../cache/feature-cache.ts';
import { discriminatorFeatures } from '../discriminator-features.ts';
import { cachedFeatures } from '../evaluators/batch-features.ts';
import type { LabelledFeatures } from '../linear-probe/linear-probe.ts';
import type { PictureSource, ScoreSource } from '../sources/source.ts';
import { sharedClasses } from './measure-classes.ts';
import type { ProbeFeatures } from './measure-probe.ts';

/** What a linear probe is made of: a run, and labelled images to fit to and to score on. */
export interface ProbedSources {
	/** The run, or its folder. */
	readonly run: string | StoredRun;
	readonly training: PictureSource;
	readonly heldOut: PictureSource;
}

const isLabelled = (source: ScoreSource | undefined): source is PictureSource =>
	source?.kind === 'pictures' && source.labels !== undefined;

/** The sources of a probe; undefined where one is missing. */
export function probedSources(sides: {
	readonly real: ScoreSource;
	readonly fake: ScoreSource;
	readonly training: ScoreSource | undefined;
}): ProbedSources | undefined {
	const { real, fake, training } = sides;
	const run = fake.kind === 'pictures' ? fake.run : undefined;
	if (run === undefined || !isLabelled(real) || !isLabelled(training)) return undefined;
	return { run, training, heldOut: real };
}

const batchSize = 64;

/** The images of a source in [0, 1], as the discriminator saw images in training. */
function* unitBatches(source: PictureSource, resolution: number): Generator<Tensor4D> {
	for (const { count, height, width, pixels } of source.stacks({
		jpegDecoding: 'integer-accurate',
		batchSize,
	})) {
		if (height !== resolution || width !== resolution) {
			throw new UsageError(
				`linear-probe: the discriminator sees images of ${resolution}×${resolution}, ${source.name} has one of ${height}×${width}`,
				`give the data set that the run was trained on, with --resolution ${resolution}`,
			);
		}
		const values = Float32Array.from(pixels, value => value / 255);
		yield tf.tensor4d(values, [count, height, width, 3]);
	}
}

/**
 * Features of a run's discriminator for the images of a probe, from the cache or the network.
 *
 * @throws UsageError for images of another size than the discriminator's, or different classes on the two sides
 */
export async function probeFeatures(
	{ run, training, heldOut }: ProbedSources,
	options: {
		readonly cache: FeatureCache;
		readonly onProgress?: (phase: string, done: number, total: number) => void;
		readonly signal?: AbortSignal;
	},
): Promise<ProbeFeatures> {
	const classes = sharedClasses('linear-probe', heldOut.labels!, training.labels!);
	const stored = typeof run === 'string' ? await openStoredRun(path.resolve(run)) : run;
	const discriminator = discriminatorFeatures(stored);
	const featuresOf = async (source: PictureSource, name: string): Promise<LabelledFeatures> => {
		const { resolution } = stored.settings;
		const images = {
			count: source.count,
			batches: () => unitBatches(source, resolution),
			prepare: source.prepare,
		};
		const content = await source.digest(() => {}, options.signal);
		const found = await cachedFeatures(discriminator, images, {
			...options,
			content,
			onProgress: (phase, done, total) =>
				options.onProgress?.(`discriminator, ${name}: ${phase}`, done, total),
		});
		return { features: found.features, labels: source.labels!.values };
	};
	try {
		return {
			training: await featuresOf(training, 'training images'),
			heldOut: await featuresOf(heldOut, 'real images'),
			classes,
		};
	} finally {
		discriminator.dispose();
	}
}
