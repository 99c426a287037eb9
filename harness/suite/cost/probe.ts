import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { Method, OptionValues } from '../../../methods/method.ts';
import { digestOf } from '../../canonical-json.ts';
import { backendName } from '../../run/manifest.ts';
import { median } from '../../statistics/median.ts';
import { cacheFolder } from '../../tensor/runtime-location.ts';
import type { TrainingSettings } from '../../train/settings.ts';
import { writeFileAtomically } from '../../write-atomically.ts';

export interface ProbeRequest {
	readonly method: Method;
	/** See `methodSourceDigest`. */
	readonly methodSource: string;
	readonly options: OptionValues;
	readonly settings: TrainingSettings;
	/** Classes of the labels that it trains with. */
	readonly classes: number;
}

const probeSchema = z.strictObject({
	schemaVersion: z.literal(1),
	/** Milliseconds of each timed pass, after one that does not count. */
	passMs: z.array(z.number().positive()).min(1),
	/** Milliseconds of making and compiling the networks. */
	compileMs: z.number(),
	/** Where and when, for people. */
	machine: z.string(),
	time: z.string(),
});

/** Speed of one shape on this machine. */
export interface Probe {
	/** Milliseconds of a generator step. */
	readonly stepMs: number;
	readonly compileMs: number;
	/** Steps that were timed. */
	readonly steps: number;
}

/** What decides the speed, and nothing else: the machine, the networks, the batch, the threads. */
function probeFile({ method, methodSource, options, settings, classes }: ProbeRequest): string {
	const { resolution, channels, batchSize, microBatchSize = batchSize, discriminatorSteps } = settings;
	const {
		TF_NUM_INTRAOP_THREADS: threads,
		NVIDIA_TF32_OVERRIDE: tf32,
		CUDA_VISIBLE_DEVICES: devices,
	} = process.env;
	const key = digestOf({
		version: 1,
		...{ method: method.name, methodSource, options, classes },
		...{ resolution, channels, microBatchSize, discriminatorSteps },
		machine: [cpus()[0]?.model, availableParallelism(), backendName(), threads, tf32, devices].map(String),
	});
	return path.join(cacheFolder(), 'probes', `${key.slice(0, 24)}.json`);
}

const passesOf = ({ batchSize, microBatchSize = batchSize }: TrainingSettings): number =>
	batchSize / microBatchSize;

/** The probe of a shape that was made on this machine before; undefined if there is none. Reads one file. */
export function knownProbe(request: ProbeRequest): Probe | undefined {
	const file = probeFile(request);
	if (!existsSync(file)) return undefined;
	try {
		const { passMs, compileMs } = probeSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
		// The gradients of micro-batches add up; what follows once a batch is a small part of it.
		return { stepMs: median(passMs) * passesOf(request.settings), compileMs, steps: passMs.length };
	} catch {
		// A damaged cache entry is measured again.
		return undefined;
	}
}

/**
 * Trains a few real steps of a shape on this machine and keeps the time in the cache folder. Of a batch in
 * micro-batches only one is run: its time is multiplied. Loads TensorFlow.
 *
 * @param timedSteps steps after the first one, default 3
 */
export async function probe(request: ProbeRequest, timedSteps = 3): Promise<Probe> {
	const [{ createTrainer }, { drawFakeInputs, oneHotRows }, { tf }, { createStream }] = await Promise.all([
		import('../../train/trainer.ts'),
		import('../../train/fake-inputs.ts'),
		import('../../tensor/tensorflow.ts'),
		import('../../tensor/random.ts'),
	]);
	const { method, options, classes } = request;
	const { microBatchSize, ...given } = request.settings;
	const settings: TrainingSettings = { ...given, batchSize: microBatchSize ?? given.batchSize };
	const startedAt = performance.now();
	const trainer = createTrainer({ method, options, settings, classes, seed: 1 });
	const compileMs = performance.now() - startedAt;
	const { config } = trainer.state;
	const { batchSize, resolution } = settings;
	const stream = createStream(1, 'probe');
	const pixels = Float32Array.from({ length: batchSize * resolution ** 2 * 3 }, () => stream.uniform());
	const labels = Int32Array.from({ length: batchSize }, () => stream.integer(config.classes));
	const passMs: number[] = [];
	try {
		for (let step = 0; step <= timedSteps; step++) {
			const before = performance.now();
			for (let update = 0; update < settings.discriminatorSteps; update++) {
				tf.tidy(() => {
					const images = tf.tensor4d(pixels, [batchSize, resolution, resolution, 3]);
					const real = { images, labels: oneHotRows(labels, config.classes) };
					trainer.discriminatorStep(
						real,
						drawFakeInputs(config, batchSize, 1, ['discriminator', step, update]),
					);
				});
			}
			tf.tidy(() => trainer.generatorStep(drawFakeInputs(config, batchSize, 1, ['generator', step])));
			trainer.averageStep(settings.emaDecay);
			if (step > 0) passMs.push(performance.now() - before);
		}
	} finally {
		trainer.dispose();
	}
	const stored = {
		schemaVersion: 1,
		passMs,
		compileMs,
		machine: `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, ${backendName()}`,
		time: new Date().toISOString(),
	} as const;
	writeFileAtomically(probeFile(request), `${JSON.stringify(probeSchema.parse(stored))}\n`);
	return { stepMs: median(passMs) * passesOf(request.settings), compileMs, steps: passMs.length };
}
