import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, release, type } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeExecutionVariables } from '../tensor/execution-options.ts';
import { locateRuntime } from '../tensor/runtime-location.ts';
import type { TrainingSettings } from '../train/settings.ts';
import type { RunIdentity } from './identity.ts';
import { describeMachine } from './machine.ts';
import { readSourceState } from './source-state.ts';

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

/** What schedulers say of the job that a process belongs to. */
const schedulerVariables = [
	...['SLURM_JOB_ID', 'SLURM_ARRAY_JOB_ID', 'SLURM_ARRAY_TASK_ID', 'SLURM_RESTART_COUNT', 'SLURM_STEP_ID'],
	...['SLURM_CLUSTER_NAME', 'SLURM_JOB_PARTITION', 'SLURM_JOB_NODELIST', 'SLURM_JOB_GPUS'],
	...['PBS_JOBID', 'LSB_JOBID', 'JOB_ID'],
];

const present = (names: readonly string[]): Record<string, string> =>
	Object.fromEntries(
		names.flatMap(name => {
			const value = process.env[name];
			return value === undefined ? [] : [[name, value]];
		}),
	);

function installedVersion(packageName: string): string | null {
	const file = path.join(root, 'node_modules', packageName, 'package.json');
	return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : null;
}

/** Node, TensorFlow.js and TensorFlow, with the wheels that CUDA's libraries came from where there are any. */
function describeSoftware() {
	const runtime = locateRuntime();
	return {
		node: process.version,
		backend: backendName(),
		tensorflowJs: installedVersion('@tensorflow/tfjs-node-gpu'),
		tensorflow: runtime?.tensorflowVersion ?? null,
		flavour: runtime?.flavour ?? null,
		packages: runtime?.packages ?? [],
		operatingSystem: `${type()} ${release()}`,
	};
}

const describeThreads = () => ({
	intraOp: process.env.TF_NUM_INTRAOP_THREADS ?? `default of ${availableParallelism()} cores`,
	interOp: process.env.TF_NUM_INTEROP_THREADS ?? `default of ${availableParallelism()} cores`,
});

/** Which streams of random numbers there are, and the seed of each; see `createStream`. */
function describeRandomness({ seed, settings, labelList }: RunIdentity) {
	const seeds: Record<string, number> = {};
	const ofRun = ['initial-weights', 'singular-vectors', 'train', 'real-labels', 'latents', 'fake-labels'];
	for (const name of ofRun) seeds[name] = seed;
	// The same for all runs, so that they compare: `assignLabels`, `prepareData`.
	for (const name of labelList ? ['data set'] : ['labelled images', 'data set']) seeds[name] = 1;
	const gpu = / cuda/u.test(backendName());
	const deterministic = describeExecutionVariables(process.env).deterministicKernels;
	const kernels = gpu
		? deterministic
			? 'TensorFlow was asked for deterministic GPU kernels: the same GPU, driver and libraries repeat the numbers.'
			: 'GPU kernels are not guaranteed to repeat their sums in the same order: the same seed may give other numbers.'
		: 'The CPU kernels used repeat their numbers for a fixed number of threads and the same kind of processor.';
	return {
		seeds,
		seeded: ['initial weights', 'data order', 'labels', 'latents', 'evaluation samples'],
		unseeded: gpu && !deterministic ? ['GPU kernels'] : [],
		threads: describeThreads(),
		statement: `Every random number comes from a named stream of a seed, drawn again for each of the ${settings.steps} steps, so that a resumed run equals an unbroken one. ${kernels}`,
	};
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
 * same numbers bit for bit. XLA, deterministic kernels, TF32 and threads, asked for by options (see
 * `executionVariables`) or by the environment itself, are recorded where they are set.
 */
export function describeExecution(
	eager: boolean,
	{ batchSize, microBatchSize = batchSize }: Pick<TrainingSettings, 'batchSize' | 'microBatchSize'>,
) {
	return {
		mode: eager ? 'eager' : 'compiled',
		...describeExecutionVariables(process.env),
		microBatch: {
			images: microBatchSize,
			passesAnUpdate: batchSize / microBatchSize,
			statement:
				microBatchSize === batchSize
					? 'The whole batch passes through the networks at once.'
					: `Batch norm in the generator divides by the moments of ${microBatchSize} images, not of ${batchSize}; each pass advances the singular vectors.`,
		},
	};
}

/**
 * How and where a network is trained that runs share, for the events of its training: the network itself is known by
 * its content, in which this has no part.
 */
export function describeSharedTraining() {
	return {
		execution: { ...describeExecutionVariables(process.env), threads: describeThreads() },
		machine: describeMachine(),
		software: describeSoftware(),
		scheduler: present(schedulerVariables),
		environment: present(recordedVariables),
		command: process.argv.slice(2),
	};
}

/** Where a run came from: its identity, and the circumstances that are not part of it. */
export function describeRun(runId: string, identity: RunIdentity, circumstances: Record<string, unknown>) {
	return {
		schemaVersion: 1,
		runId,
		identity,
		...circumstances,
		source: { git: readSourceState(root), packageLockDigest: lockDigest() },
		machine: describeMachine(),
		software: describeSoftware(),
		scheduler: present(schedulerVariables),
		environment: present(recordedVariables),
		command: process.argv.slice(2),
		randomness: describeRandomness(identity),
		startedAt: new Date().toISOString(),
	};
}
