import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { describeGenerator } from '../../../methods/networks/big-gan/describe-generator.ts';
import {
	cloneNetworkState,
	createNetworkState,
	disposeNetworkState,
	type NetworkState,
} from '../../../methods/networks/network-state.ts';
import { loadMethod, parseMethodOptions } from '../../../methods/registry.ts';
import { UsageError } from '../../errors.ts';
import { fileNames } from '../../run/run-folder.ts';
import { readSafetensors, type StoredTensors } from '../../tensor/safetensors.ts';
import { tf } from '../../tensor/tensorflow.ts';
import type { GanState } from '../../train/gan-state.ts';
import { createGeneratorSampler } from '../../train/generator-sampler.ts';
import type { TrainingSettings } from '../../train/settings.ts';
import type { ImageStack } from '../resize/resize-images.ts';
import type { PictureSource } from './source.ts';

// Of a manifest, only what sampling needs.
const manifestSchema = z.looseObject({
	identity: z.looseObject({
		method: z.string(),
		options: z.record(z.string(), z.unknown()),
		seed: z.number().int().positive(),
		settings: z.looseObject({
			resolution: z.number().int().positive(),
			channels: z.number().int().positive(),
			standingBatches: z.number().int().positive(),
			evaluationBatchSize: z.number().int().positive(),
			fakesPerSet: z.number().int().positive(),
		}),
	}),
});

function refuse(folder: string, problem: string, cause?: unknown): never {
	throw new UsageError(
		`${folder}: not a run that can be sampled: ${problem}`,
		'give the folder of a finished run, or a folder of its images',
		cause,
	);
}

function readManifest(folder: string) {
	try {
		const text = readFileSync(path.join(folder, fileNames.manifest), 'utf8');
		return manifestSchema.parse(JSON.parse(text)).identity;
	} catch (error) {
		const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
		return refuse(folder, `${fileNames.manifest}: ${reason}`, error);
	}
}

/** Puts stored values into a fresh network; `suffix` chooses raw or averaged weights. */
function fill(folder: string, state: NetworkState, { tensors }: StoredTensors, suffix: string): void {
	const assign = (
		variable: { shape: number[]; assign: (value: ReturnType<typeof tf.tensor>) => void },
		name: string,
	) => {
		const stored = tensors.get(name);
		if (`${stored?.shape}` !== `${variable.shape}`) {
			refuse(
				folder,
				`${name}: expected shape [${variable.shape}], got ${stored ? `[${stored.shape}]` : 'none'}`,
			);
		}
		const value = tf.tensor(stored!.values.slice(), [...variable.shape]);
		variable.assign(value);
		value.dispose();
	};
	for (const [name, variable] of state.parameters) assign(variable, `${name}${suffix}`);
	for (const [name, variable] of state.singularVectors) assign(variable, `${name}/u_var`);
}

/**
 * Samples of a finished run, drawn as its own evaluation drew its first fake set: averaged weights, batch norm's
 * standing statistics, latents and labels from the run's seed. They stay floats.
 *
 * @throws UsageError if the folder lacks a manifest or weights that fit the method
 */
export async function openRunPictures(folder: string): Promise<PictureSource> {
	const { method: methodName, options: given, seed, settings: known } = readManifest(folder);
	const settings = known as unknown as TrainingSettings;
	const { method } = await loadMethod(methodName);
	if (method.labelling === 'clusters') {
		// Uniform labels would give other images than the run was measured on.
		refuse(
			folder,
			`its labels follow the histogram of ${methodName}'s clusters, which the folder does not hold`,
		);
	}
	const options = parseMethodOptions(method, given as Parameters<typeof parseMethodOptions>[1]);
	const weightsFile = path.join(folder, fileNames.weights);
	const stored = readSafetensors(weightsFile);
	const classes = stored.tensors.get('generator/embed_y/kernel')?.shape[0];
	if (classes === undefined) refuse(folder, `${fileNames.weights} has no generator/embed_y/kernel`);
	const { resolution, channels, fakesPerSet } = settings;
	const config = method.networks({ resolution, channels, classes }, options);
	const generator = createNetworkState(describeGenerator(config), seed);
	const average = cloneNetworkState(generator);
	try {
		fill(folder, generator, stored, '');
		fill(folder, average, stored, '/ExponentialMovingAverage');
	} catch (error) {
		for (const state of [generator, average]) disposeNetworkState(state);
		throw error;
	}
	// The sampler reads the generator alone; discriminator and optimisers are neither stored whole nor needed.
	const state = { config, generator, average } as unknown as GanState;
	const standingImages = settings.standingBatches * settings.evaluationBatchSize;
	return {
		kind: 'pictures',
		name: folder,
		split: 'generated',
		generatorMode: `EMA + standing statistics of ${standingImages} images`,
		seeds: { run: seed, fakeSet: 0 },
		count: fakesPerSet,
		close() {
			for (const network of [generator, average]) disposeNetworkState(network);
		},
		digest: async () =>
			createHash('sha256')
				.update(JSON.stringify(['run samples', methodName, options, settings, seed, 0]))
				.update(readFileSync(weightsFile))
				.digest('hex'),
		*stacks(): Generator<ImageStack> {
			const sampler = createGeneratorSampler(state, settings, seed);
			try {
				// The run drew its sample sheet first, which moved the singular vectors on by one power iteration.
				sampler.classGrid(1, 1).dispose();
				for (const batch of sampler.fakeSet(0)) {
					const pixels = batch.dataSync<'float32'>().map(value => value * 255);
					const [count, height, width] = batch.shape;
					batch.dispose();
					const position = pixels.findIndex(value => !Number.isFinite(value));
					if (position !== -1) {
						refuse(folder, `its generator gives ${pixels[position]}: the training has diverged`);
					}
					yield { count, height, width, pixels };
				}
			} finally {
				sampler.dispose();
			}
		},
	};
}
