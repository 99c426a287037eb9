// One process that trains one GAN for a few compiled steps, draws what a run is scored by, and says how much memory each
// phase took at most.
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/plan/memory-worker.ts '{"method":"s3gan",…}'
import { readFileSync, writeFileSync } from 'node:fs';
import { createStream } from '../../../harness/tensor/random.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { drawFakeInputs, oneHotRows } from '../../../harness/train/fake-inputs.ts';
import { disposeGanState } from '../../../harness/train/gan-state.ts';
import { createGeneratorSampler } from '../../../harness/train/generator-sampler.ts';
import { createTrainer } from '../../../harness/train/trainer.ts';
import type { Resolution } from '../../../methods/networks/big-gan/config.ts';
import { loadMethod, parseMethodOptions } from '../../../methods/registry.ts';

/** What is trained. */
export interface MemoryCase {
	readonly method: string;
	readonly resolution: Resolution;
	readonly channels: number;
	readonly classes: number;
	readonly batchSize: number;
	readonly microBatchSize?: number;
	readonly steps: number;
	/** Images of a batch when measuring; absent: the generator is not sampled. */
	readonly evaluationBatchSize?: number;
}

/** A case with the resident memory of its phases, in bytes. */
export interface MeasuredMemory extends MemoryCase {
	/** After TensorFlow has computed something. */
	readonly baseBytes: number;
	/** Largest while the networks were made and their updates compiled. */
	readonly compilingBytes: number;
	/** After that. */
	readonly heldBytes: number;
	/** Largest over the steps. */
	readonly trainingBytes: number;
	/** Largest while standing statistics were gathered, the sheet of classes and a batch of fakes drawn; null if not. */
	readonly samplingBytes: number | null;
	readonly secondsOfSteps: readonly number[];
}

const statusNumber = (name: string): number => {
	const text = readFileSync('/proc/self/status', 'utf8');
	return Number(new RegExp(`${name}:\\s+(\\d+) kB`, 'u').exec(text)![1]) * 1024;
};
/** Largest resident memory since the last reset, in bytes. */
const peak = (): number => statusNumber('VmHWM');
/** Sets the high-water mark back to the present memory (Linux, see `man 5 proc`). */
const reset = (): void => writeFileSync('/proc/self/clear_refs', '5');

const given = JSON.parse(process.argv[2]!) as MemoryCase;
tf.tidy(() => tf.matMul(tf.ones([64, 64]), tf.ones([64, 64])).dataSync());
const baseBytes = statusNumber('VmRSS');
reset();

const { method } = await loadMethod(given.method);
const options = parseMethodOptions(method, {});
const { evaluationBatchSize = 8 } = given;
const settings = {
	...given,
	discriminatorSteps: 2,
	generatorLearningRate: 1e-4,
	discriminatorLearningRate: 5e-4,
	beta1: 0,
	beta2: 0.999,
	epsilon: 1e-8,
	emaDecay: 0.999,
	emaStartStep: 0,
	standingBatches: 2,
	evaluationBatchSize,
	fakeSets: 1,
	fakesPerSet: evaluationBatchSize,
};
const trainer = createTrainer({ method, options, settings, classes: given.classes, seed: 1 });
const compilingBytes = peak();
const heldBytes = statusNumber('VmRSS');
reset();

const { config } = trainer.state;
const stream = createStream(1, 'memory-benchmark');
const secondsOfSteps: number[] = [];
for (let step = 1; step <= given.steps; step++) {
	const startedAt = performance.now();
	for (let update = 0; update < settings.discriminatorSteps; update++) {
		tf.tidy(() => {
			const count = settings.batchSize * given.resolution ** 2 * 3;
			const pixels = Float32Array.from({ length: count }, () => stream.uniform());
			const images = tf.tensor4d(pixels, [settings.batchSize, given.resolution, given.resolution, 3]);
			const labels = oneHotRows(new Int32Array(settings.batchSize), config.classes);
			const fakes = drawFakeInputs(config, settings.batchSize, 1, ['discriminator', step, update]);
			trainer.discriminatorStep({ images, labels }, fakes);
		});
	}
	tf.tidy(() => trainer.generatorStep(drawFakeInputs(config, settings.batchSize, 1, ['generator', step])));
	trainer.averageStep(0.999);
	secondsOfSteps.push((performance.now() - startedAt) / 1000);
}
const trainingBytes = peak();
reset();

/** What `measureRun` draws, in its order, once each. */
async function sample(): Promise<number> {
	const state = trainer.release();
	const sampler = await createGeneratorSampler(state, settings, 1);
	sampler.classGrid(Math.min(given.classes, 10), 10).dispose();
	for (const images of sampler.fakeSet(0)) images.dispose();
	const bytes = peak();
	sampler.dispose();
	disposeGanState(state);
	return bytes;
}
const samplingBytes = given.evaluationBatchSize === undefined ? null : await sample();
const found = {
	...given,
	baseBytes,
	compilingBytes,
	heldBytes,
	trainingBytes,
	samplingBytes,
	secondsOfSteps,
};
process.stdout.write(`${JSON.stringify(found)}\n`);
