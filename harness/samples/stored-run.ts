import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Method, OptionValues } from '../../methods/method.ts';
import type { BigGanConfig } from '../../methods/networks/big-gan/config.ts';
import { parseMethodOptions } from '../../methods/registry.ts';
import { UsageError } from '../errors.ts';
import { openLatestCheckpoint } from '../run/checkpoint/checkpoint-folder.ts';
import { readTensorFile } from '../run/checkpoint/tensor-file.ts';
import { loadMethodOfRun } from '../run/method-of-run.ts';
import { fileNames, readRunState } from '../run/run-folder.ts';
import { readSafetensors, type StoredTensor, type StoredTensors } from '../tensor/safetensors.ts';
import type { GatheredStatistics } from '../train/gathered-statistics.ts';
import type { TrainingSettings } from '../train/settings.ts';
import { readStandingStatistics } from './standing-file.ts';

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
	runId: z.string().optional(),
	methodModule: z.string().nullable().optional(),
	command: z.array(z.string()).optional(),
	profile: z.string().optional(),
	dataSet: z.looseObject({ name: z.string(), digest: z.string(), source: z.string().optional() }).optional(),
	preparedLabels: z
		.looseObject({
			perCluster: z.array(z.number().int().min(0)).optional(),
			clustersDigest: z.string().optional(),
		})
		.nullable()
		.optional(),
});

const endSchema = z.looseObject({
	collapse: z.looseObject({ scoredStep: z.number().int().positive() }).nullable().optional(),
});

/** Where the weights of a run are taken from: its end, or what it kept last while it trained. */
export type WeightsOf = 'result' | 'latest-checkpoint';

/** A run as its folder tells it, with its weights in memory. */
export interface StoredRun {
	readonly folder: string;
	readonly method: Method;
	readonly options: OptionValues;
	readonly settings: TrainingSettings;
	readonly seed: number;
	/** Networks of the run. */
	readonly config: BigGanConfig;
	/** p(y) of the labels of fakes, [classes]; null for uniform. */
	readonly fakeProbabilities: readonly number[] | null;
	/** By the paper's names, with `/u_var` for singular vectors and `/ExponentialMovingAverage` for averages. */
	readonly weights: StoredTensors;
	/** File of the weights. */
	readonly weightsFile: string;
	/** What the run gathered to be measured with; null where it is to be gathered again: checkpoints, older runs. */
	readonly gathered: GatheredStatistics | null;
	/** Generator steps that the weights have seen. */
	readonly step: number;
	/** Training data as the manifest names them; undefined if it does not. */
	readonly dataSet: { readonly name: string; readonly digest: string; readonly source?: string } | undefined;
	readonly profile: string | undefined;
	/** Folder that it shared with other runs, as its command named it. */
	readonly sharedFolder: string | undefined;
	/** Digest of the clusters that it was trained with, if any. */
	readonly clustersDigest: string | undefined;
}

/** @throws UsageError that says why the folder cannot be used */
export function refuseRun(folder: string, problem: string, fix?: string, cause?: unknown): never {
	throw new UsageError(
		`${folder}: not a run that can be sampled: ${problem}`,
		fix ?? 'give the folder of a finished run, or a folder of its images',
		cause,
	);
}

function readManifest(folder: string): z.infer<typeof manifestSchema> {
	try {
		return manifestSchema.parse(JSON.parse(readFileSync(path.join(folder, fileNames.manifest), 'utf8')));
	} catch (error) {
		const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
		return refuseRun(folder, `${fileNames.manifest}: ${reason}`, undefined, error);
	}
}

/** The histogram of the clusters is p(y); the manifest has the number of images of each. */
function fakeProbabilitiesOf(
	folder: string,
	method: Method,
	manifest: z.infer<typeof manifestSchema>,
): number[] | null {
	if (method.labelling !== 'clusters') return null;
	const perCluster = manifest.preparedLabels?.perCluster;
	if (perCluster === undefined) {
		refuseRun(
			folder,
			`its labels follow the histogram of ${method.name}'s clusters, which ${fileNames.manifest} does not hold`,
		);
	}
	const images = perCluster.reduce((total, count) => total + count, 0);
	return perCluster.map(count => count / images);
}

/** @throws UsageError for a run without a result, with its state in words */
function requireResult(folder: string): void {
	if (existsSync(path.join(folder, fileNames.result))) return;
	const { reason } = readRunState(folder);
	refuseRun(
		folder,
		`it is not finished (${reason})`,
		'finish it with the command that started it, or take its latest checkpoint with --checkpoint latest',
	);
}

function sharedFolderOf(command: readonly string[]): string | undefined {
	const flag = command.indexOf('--shared');
	return flag === -1 ? undefined : command[flag + 1];
}

interface FoundWeights {
	readonly weights: StoredTensors;
	readonly weightsFile: string;
	/** Undefined for those of the end. */
	readonly step?: number;
}

function readResultWeights(folder: string): FoundWeights {
	requireResult(folder);
	const weightsFile = path.join(folder, fileNames.weights);
	return { weights: readSafetensors(weightsFile), weightsFile };
}

/** Generator step of the final weights: the last one, unless the training collapsed and ended early. */
function finalStep(folder: string, steps: number): number {
	const file = path.join(folder, fileNames.result);
	const result = endSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
	if (!result.success) refuseRun(folder, `${fileNames.result}: ${z.prettifyError(result.error)}`);
	return result.data.collapse?.scoredStep ?? steps;
}

/** Weights without Adam's moments. A finished run has removed its checkpoints: its end is the latest state. */
function readCheckpointWeights(folder: string, runId: string | undefined): FoundWeights {
	const problems: string[] = [];
	const found = openLatestCheckpoint(folder, (step, problem) => problems.push(`step ${step}: ${problem}`));
	if (found === undefined) {
		if (existsSync(path.join(folder, fileNames.result))) return readResultWeights(folder);
		refuseRun(
			folder,
			`it has no checkpoint${problems.length > 0 ? ` that is whole (${problems.join('; ')})` : ' yet'}`,
			'finish the run, or train it with checkpoints that come sooner (--checkpoint-every)',
		);
	}
	if (runId !== undefined && found.state.runId !== runId) {
		refuseRun(folder, `its checkpoint is of another run (${found.state.runId}; this one is ${runId})`);
	}
	const tensors = new Map<string, StoredTensor>();
	for (const { name, shape, values } of readTensorFile(found.tensorFile)) {
		if (!/\/Adam(?:_1)?$/u.test(name)) tensors.set(name, { shape, values });
	}
	return { weights: { tensors, metadata: {} }, weightsFile: found.tensorFile, step: found.state.step };
}

/**
 * Reads a run from its folder alone.
 *
 * @param from `latest-checkpoint` also takes runs that are not finished; a finished one gives its final weights
 * @throws UsageError if the run is not finished, or a file of it is missing, damaged or of another network
 */
export async function openStoredRun(folder: string, from: WeightsOf = 'result'): Promise<StoredRun> {
	const manifest = readManifest(folder);
	const { identity } = manifest;
	const settings = identity.settings as unknown as TrainingSettings;
	const { weights, weightsFile, step } =
		from === 'result' ? readResultWeights(folder) : readCheckpointWeights(folder, manifest.runId);
	const { method } = await loadMethodOfRun(manifest);
	const options = parseMethodOptions(method, identity.options as Parameters<typeof parseMethodOptions>[1]);
	const classes = weights.tensors.get('generator/embed_y/kernel')?.shape[0];
	if (classes === undefined)
		refuseRun(folder, `${path.basename(weightsFile)} has no generator/embed_y/kernel`);
	const { resolution, channels } = settings;
	return {
		folder,
		method,
		options,
		settings,
		seed: identity.seed,
		config: method.networks({ resolution, channels, classes }, options),
		fakeProbabilities: fakeProbabilitiesOf(folder, method, manifest),
		weights,
		weightsFile,
		gathered: step === undefined ? readStandingStatistics(folder) : null,
		step: step ?? finalStep(folder, settings.steps),
		dataSet: manifest.dataSet,
		profile: manifest.profile,
		sharedFolder: sharedFolderOf(manifest.command ?? []),
		clustersDigest: manifest.preparedLabels?.clustersDigest,
	};
}
