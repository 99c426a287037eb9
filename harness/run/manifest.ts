import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, hostname, totalmem } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { locateRuntime } from '../tensor/runtime-location.ts';
import type { TrainingSettings } from '../train/settings.ts';
import type { RunIdentity } from './identity.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Environment variables that can change numbers or speed; nothing else of the environment is recorded. */
const recordedVariables = [
	'CUDA_VISIBLE_DEVICES',
	'FEWER_LABELS_RUNTIME',
	'NVIDIA_TF32_OVERRIDE',
	'SLURM_JOB_ID',
	'TF_CUDNN_DETERMINISTIC',
	'TF_DETERMINISTIC_OPS',
	'TF_ENABLE_ONEDNN_OPTS',
	'TF_NUM_INTEROP_THREADS',
	'TF_NUM_INTRAOP_THREADS',
	'TF_XLA_FLAGS',
];

function git(...parameters: string[]): string | undefined {
	try {
		return execFileSync('git', ['-C', root, ...parameters], {
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		}).trim();
	} catch {
		return undefined;
	}
}

/** Commit of this project's checkout; null where it is installed as a package. */
function sourceState(): { commit: string; dirty: boolean } | null {
	if (!existsSync(path.join(root, '.git'))) return null;
	const commit = git('rev-parse', 'HEAD');
	return commit ? { commit, dirty: (git('status', '--porcelain') ?? '') !== '' } : null;
}

function lockDigest(): string | null {
	const file = path.join(root, 'package-lock.json');
	return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : null;
}

/** Name of the numeric back end, part of the identity of a run. */
export function backendName(): string {
	const runtime = locateRuntime();
	return runtime ? `tensorflow ${runtime.tensorflowVersion} ${runtime.flavour}` : 'none';
}

/**
 * How the updates are executed. Not part of the identity: compiled and eager updates of the built-in methods give the
 * same numbers bit for bit. XLA, which may round differently, is asked for by `TF_XLA_FLAGS`, deterministic kernels
 * by `TF_DETERMINISTIC_OPS=1`, float32 without TF32 on a GPU by `NVIDIA_TF32_OVERRIDE=0`, threads by
 * `TF_NUM_INTRAOP_THREADS` and `TF_NUM_INTEROP_THREADS`; all are recorded where they are set.
 */
export function describeExecution(
	eager: boolean,
	{ batchSize, microBatchSize = batchSize }: Pick<TrainingSettings, 'batchSize' | 'microBatchSize'>,
) {
	return {
		mode: eager ? 'eager' : 'compiled',
		xla: /tf_xla_auto_jit=(?!0|-1)/u.test(process.env.TF_XLA_FLAGS ?? ''),
		deterministicKernels: process.env.TF_DETERMINISTIC_OPS === '1',
		microBatch: {
			images: microBatchSize,
			passesAnUpdate: batchSize / microBatchSize,
			statement:
				microBatchSize === batchSize
					? 'The whole batch passes through the networks at once.'
					: `Batch norm in the generator divides by the moments of ${microBatchSize} images, not of ${batchSize}; each pass advances the singular vectors.`,
		},
		tf32: process.env.NVIDIA_TF32_OVERRIDE === '0' ? 'off' : 'as the GPU has it',
	};
}

/** Where a run came from: its identity, and the circumstances that are not part of it. */
export function describeRun(runId: string, identity: RunIdentity, circumstances: Record<string, unknown>) {
	return {
		schemaVersion: 1,
		runId,
		identity,
		...circumstances,
		source: { git: sourceState(), packageLockDigest: lockDigest() },
		machine: {
			host: hostname(),
			platform: `${process.platform} ${process.arch}`,
			processor: cpus()[0]?.model ?? 'unknown',
			cores: availableParallelism(),
			memoryBytes: totalmem(),
		},
		software: { node: process.version, backend: backendName() },
		environment: Object.fromEntries(
			recordedVariables.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
		),
		command: process.argv.slice(2),
		randomness: {
			seeded: ['initial weights', 'data order', 'labels', 'latents', 'evaluation samples'],
			statement:
				'Every random number comes from a named stream of the seed. On a CPU the kernels used are deterministic for a fixed number of threads; GPU kernels are not guaranteed to be.',
		},
		startedAt: new Date().toISOString(),
	};
}
