import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { generate } from '../../../methods/networks/big-gan/generator.ts';
import { UsageError } from '../../errors.ts';
import { recordInference } from '../../tensor/compile/inference-graph.ts';
import { encodeSavedModel } from '../../tensor/compile/saved-model.ts';
import { tf } from '../../tensor/tensorflow.ts';
import { explainWriteError } from '../../write-atomically.ts';
import type { StoredGenerator } from '../stored-generator.ts';
import type { StoredRun } from '../stored-run.ts';
import { freezeGenerator } from './frozen-generator.ts';

/** Where TensorFlow Serving and `tf.saved_model.load` look first. */
const signatureName = 'serving_default';

/**
 * Writes the generator as a TensorFlow SavedModel, as the run measured it: latents [n, latentSize] float32 and labels
 * [n] int32 in, images [n, R, R, 3] float32 in [0, 1] out, n of any size. It holds its weights as constants and needs
 * nothing of this program. Whole or not at all.
 *
 * @throws UsageError if the folder holds something
 * @throws EnvironmentError if it cannot be written
 */
export async function exportSavedModel(
	run: StoredRun,
	generator: StoredGenerator,
	folder: string,
): Promise<{ operations: number; bytes: number }> {
	const target = path.resolve(folder);
	if (existsSync(target) && readdirSync(target).length > 0) {
		throw new UsageError(`--out: ${folder} is not empty`, 'give a folder that is not there yet');
	}
	const { config } = run;
	const frozen = await freezeGenerator(run, generator);
	try {
		const { nodes, signature } = recordInference(
			({ latents, labels }) => {
				const rows = tf.cast(tf.oneHot(labels as Tensor1D, config.classes), 'float32') as Tensor2D;
				const mode = { kind: 'standing', statistics: frozen.statistics } as const;
				return { images: generate(config, frozen.network, latents as Tensor2D, rows, mode) };
			},
			{ latents: { shape: [config.latentSize] }, labels: { shape: [], dtype: 'int32' } },
		);
		const model = encodeSavedModel(nodes, { [signatureName]: signature });
		writeFolder(target, model, describe(run, generator));
		return { operations: nodes.length, bytes: model.length };
	} finally {
		frozen.dispose();
	}
}

/** What a user of the model has to know, for people and programs. */
function describe(run: StoredRun, { raw }: StoredGenerator): Record<string, unknown> {
	const { config, settings } = run;
	const { resolution } = config;
	return {
		method: run.method.name,
		run: path.basename(path.resolve(run.folder)),
		step: run.step,
		signature: signatureName,
		inputs: {
			latents: `float32 [n, ${config.latentSize}], N(0, I)`,
			labels: `int32 [n], 0 to ${config.classes - 1}`,
		},
		outputs: { images: `float32 [n, ${resolution}, ${resolution}, ${config.colours}], RGB in [0, 1]` },
		weights: raw ? 'last step' : 'moving average',
		batchNorm: `standing statistics of ${settings.standingBatches * settings.evaluationBatchSize} images`,
	};
}

function writeFolder(target: string, model: Uint8Array, description: Record<string, unknown>): void {
	const temporary = `${target}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
	try {
		mkdirSync(path.join(temporary, 'variables'), { recursive: true });
		writeFileSync(path.join(temporary, 'saved_model.pb'), model, { flush: true });
		writeFileSync(
			path.join(temporary, 'generator.json'),
			`${JSON.stringify(description, undefined, '\t')}\n`,
		);
		if (existsSync(target)) rmdirSync(target);
		renameSync(temporary, target);
	} catch (error) {
		rmSync(temporary, { recursive: true, force: true });
		throw explainWriteError(target, error);
	}
}
