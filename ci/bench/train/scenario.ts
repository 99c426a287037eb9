import type { Variable } from '@tensorflow/tfjs-node-gpu';
import { findProfile } from '../../../harness/suite/profiles.ts';
import { createStream } from '../../../harness/tensor/random.ts';
import type { StoredTensor } from '../../../harness/tensor/safetensors.ts';
import { readSafetensors, writeSafetensors } from '../../../harness/tensor/safetensors.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { createGanState, disposeGanState, type GanState } from '../../../harness/train/gan-state.ts';
import type { TrainingSettings } from '../../../harness/train/settings.ts';
import { method } from '../../../methods/big-gan/method.ts';
import type { NetworkState } from '../../../methods/networks/network-state.ts';
import type { ScenarioSettings, WorkerRequests } from './worker-protocol.ts';

const seed = 1;
/** As in CIFAR-10. */
const classes = 10;

/** The work of the benchmark: BigGAN at 32×32 as the profile `proxy-32` trains it, at another size. */
export function benchmarkSettings(size: { channels: number; batchSize: number }): TrainingSettings {
	return { ...findProfile('proxy-32').settings(2000), ...size };
}

/** A fresh state of the benchmark's GAN; dispose with `disposeGanState`. */
export const createBenchmarkState = (settings: TrainingSettings): GanState =>
	createGanState(method, {}, settings, classes, seed);

/** What a trainer of the benchmark's GAN is made from. */
export const benchmarkRequest = (settings: TrainingSettings) => ({
	method,
	options: {},
	settings,
	classes,
	seed,
});

/**
 * Every tensor of the two networks by name, the singular vector of `<kernel>` as `<kernel>/u_var`.
 */
export function networkVariables(state: GanState): Map<string, Variable> {
	const of = ({ parameters, singularVectors }: NetworkState): [string, Variable][] => [
		...parameters,
		...[...singularVectors].map(([name, vector]): [string, Variable] => [`${name}/u_var`, vector]),
	];
	return new Map([...of(state.generator), ...of(state.discriminator)]);
}

/**
 * Writes a scenario file: the initial state under `start/`, the inputs of each update under `inputs/`.
 *
 * The state is what training starts from, except that biases and the gate of the non-local block, which start at
 * zero, get small values: otherwise whatever they multiply or add would go unchecked.
 */
export function writeScenario(request: WorkerRequests['prepare']['request']): { parameters: number } {
	const settings = benchmarkSettings(request);
	const state = createBenchmarkState(settings);
	const tensors = new Map<string, StoredTensor>();
	let parameters = 0;
	for (const [name, variable] of networkVariables(state)) {
		const values = new Float32Array(variable.dataSync());
		if (values.every(value => value === 0)) {
			values.set(
				createStream(seed, 'start', name)
					.normals(values.length)
					.map(value => value / 10),
			);
		}
		tensors.set(`start/${name}`, { shape: variable.shape, values });
		if (!name.endsWith('/u_var')) parameters += values.length;
	}
	for (let step = 0; step < request.inputSteps; step++) {
		for (let update = 0; update < settings.discriminatorSteps; update++) {
			const scope = `inputs/${step}/discriminator/${update}`;
			addFakeInputs(tensors, scope, state, settings.batchSize);
			const shape = [settings.batchSize, settings.resolution, settings.resolution, 3];
			tensors.set(`${scope}/images`, { shape, values: uniforms(`${scope}/images`, shape) });
			tensors.set(`${scope}/labels`, labelRows(`${scope}/labels`, settings.batchSize));
		}
		addFakeInputs(tensors, `inputs/${step}/generator`, state, settings.batchSize);
	}
	const { batchNormEpsilon } = state.config;
	disposeGanState(state);
	const { resolution, discriminatorSteps, generatorLearningRate, discriminatorLearningRate } = settings;
	const { beta1, beta2, epsilon } = settings;
	const facts: ScenarioSettings = {
		channels: request.channels,
		batchSize: request.batchSize,
		inputSteps: request.inputSteps,
		resolution,
		classes,
		discriminatorSteps,
		batchNormEpsilon,
		generatorLearningRate,
		discriminatorLearningRate,
		beta1,
		beta2,
		epsilon,
	};
	writeSafetensors(request.scenario, { tensors, metadata: { settings: JSON.stringify(facts) } });
	return { parameters };
}

function addFakeInputs(
	tensors: Map<string, StoredTensor>,
	scope: string,
	state: GanState,
	batchSize: number,
): void {
	const { latentSize } = state.config;
	const values = createStream(seed, scope, 'latents').normals(batchSize * latentSize);
	tensors.set(`${scope}/latents`, { shape: [batchSize, latentSize], values });
	tensors.set(`${scope}/fakeLabels`, labelRows(`${scope}/fakeLabels`, batchSize));
}

function uniforms(name: string, shape: readonly number[]): Float32Array {
	const stream = createStream(seed, name);
	return Float32Array.from(
		{ length: shape.reduce((product, extent) => product * extent, 1) },
		stream.uniform,
	);
}

function labelRows(name: string, count: number): StoredTensor {
	const stream = createStream(seed, name);
	const values = new Float32Array(count * classes);
	for (let row = 0; row < count; row++) values[row * classes + stream.integer(classes)] = 1;
	return { shape: [count, classes], values };
}

/** A scenario in memory. */
export interface Scenario {
	readonly settings: ScenarioSettings;
	readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** @throws UsageError if the file is missing or malformed */
export function readScenario(file: string): Scenario {
	const { tensors, metadata } = readSafetensors(file);
	return { settings: JSON.parse(metadata.settings), tensors };
}

/** Gives the networks the scenario's initial state. */
export function assignStart(state: GanState, { tensors }: Scenario): void {
	tf.tidy(() => {
		for (const [name, variable] of networkVariables(state)) {
			const { shape, values } = tensors.get(`start/${name}`)!;
			variable.assign(tf.tensor(values, [...shape], 'float32'));
		}
	});
}
