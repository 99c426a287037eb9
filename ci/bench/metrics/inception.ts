// Inception features per second, ours beside pytorch-fid's network on the same processor, turn by turn:
//   node --import ./harness/runtime/register-typescript.js ci/bench/metrics/inception.ts --python PYTHON
// PYTHON must have torch and pytorch-fid. Exits with 5 if ours is slower than the faster layout of PyTorch.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Command } from 'commander';
import { wholeNumber } from '../../../harness/cli/options.ts';
import { EnvironmentError, exitCodes } from '../../../harness/errors.ts';
import { createInception, type Inception } from '../../../harness/metrics/inception/inception.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { writeFileAtomically } from '../../../harness/write-atomically.ts';
import { randomInceptionImages, randomInceptionWeights } from '../../parity/random-inception.ts';
import { describeMachine, formatMachine } from '../train/machine.ts';

interface Options {
	readonly python: string;
	readonly batch: number;
	readonly repetitions: number;
	readonly runs: number;
	readonly out?: string;
}

/** Times of some runs over one batch, in milliseconds, by the clock and of all threads. */
interface Times {
	readonly milliseconds: readonly number[];
	readonly processor: readonly number[];
}

const options = new Command()
	.requiredOption('--python <program>', 'Python that has torch and pytorch-fid')
	.option('--batch <images>', 'images in a batch', wholeNumber(1), 32)
	.option('--repetitions <rounds>', 'rounds in which each contestant gets one turn', wholeNumber(1), 7)
	.option('--runs <batches>', 'batches of one turn; the first one of each is not counted', wholeNumber(2), 3)
	.option('--out <file>', 'also write JSON there')
	.parse()
	.opts<Options>();

const { batch } = options;
const machine = describeMachine();

/** Starts the peer and waits for its answer to each request. */
async function startPeer(): Promise<(request: object) => Promise<Record<string, unknown>>> {
	const script = path.join(import.meta.dirname, 'inception.py');
	const peer = spawn(options.python, [script], { stdio: ['pipe', 'inherit', 'inherit', 'pipe'] });
	const failed = Promise.race([once(peer, 'error'), once(peer, 'exit')]).then(([reason]) => {
		throw new EnvironmentError(
			`${options.python}: the PyTorch peer stopped (${reason instanceof Error ? reason.message : `exit code ${reason}`})`,
			'give a Python with `pip install torch pytorch-fid` as --python',
		);
	});
	const lines = createInterface({ input: peer.stdio[3] as Readable })[Symbol.asyncIterator]();
	failed.catch(() => {});
	return async request => {
		peer.stdin!.write(`${JSON.stringify(request)}\n`);
		const { value } = await Promise.race([lines.next(), failed]);
		return JSON.parse(value as string) as Record<string, unknown>;
	};
}

function timeOurs(inception: Inception, images: Parameters<Inception['extract']>[0], runs: number): Times {
	const milliseconds: number[] = [];
	const processor: number[] = [];
	for (let run = 0; run < runs; run++) {
		const start = performance.now();
		const used = process.cpuUsage();
		const { pool, logits, logitsWithoutBias } = inception.extract(images);
		pool.dataSync();
		milliseconds.push(performance.now() - start);
		const { user, system } = process.cpuUsage(used);
		processor.push((user + system) / 1000);
		tf.dispose([pool, logits, logitsWithoutBias]);
	}
	return { milliseconds, processor };
}

const ask = await startPeer();
const peer = await ask({ threads: machine.cores, batch });
const inception = createInception(randomInceptionWeights(1));
const images = tf.tensor4d(randomInceptionImages(1, batch), [batch, 299, 299, 3]);

// Both must compute the same, or their speeds do not compare.
const expected = peer.features as number[];
const ours = tf.tidy(() => inception.extract(images).pool.slice([0, 0], [1, -1]).dataSync());
const norm = (values: readonly number[]): number => Math.hypot(...values);
const disagreement = norm(expected.map((value, index) => value - ours[index])) / norm(expected);
if (!(disagreement < 1e-4)) throw new Error(`features differ by ${disagreement}: the speeds do not compare`);

const contestants = [
	{ name: 'fewer-labels', take: () => timeOurs(inception, images, options.runs) },
	...['contiguous', 'channels-last'].map(layout => ({
		name: `pytorch-fid, ${layout}`,
		take: async () => (await ask({ layout, runs: options.runs })) as unknown as Times,
	})),
];
const best = new Map(contestants.map(({ name }) => [name, { milliseconds: Infinity, processor: Infinity }]));
for (let round = 0; round < options.repetitions; round++) {
	process.stderr.write(`round ${round + 1} of ${options.repetitions}\n`);
	for (const turn of contestants.keys()) {
		const { name, take } = contestants[(round + turn) % contestants.length];
		const times = await take();
		const kept = best.get(name)!;
		kept.milliseconds = Math.min(kept.milliseconds, ...times.milliseconds.slice(1));
		kept.processor = Math.min(kept.processor, ...times.processor.slice(1));
	}
}
const results = [...best].map(([name, { milliseconds, processor }]) => ({
	name,
	imagesPerSecond: (1000 * batch) / milliseconds,
	processorMillisecondsPerImage: processor / batch,
}));
const fastestPeer = Math.max(...results.slice(1).map(({ imagesPerSecond }) => imagesPerSecond));
const ratio = results[0].imagesPerSecond / fastestPeer;
for (const { name, imagesPerSecond, processorMillisecondsPerImage } of results) {
	process.stdout.write(
		`${name.padEnd(28)} ${imagesPerSecond.toFixed(1).padStart(6)} images/s, ${processorMillisecondsPerImage.toFixed(1)} ms of processor an image\n`,
	);
}
process.stdout.write(
	`ours is ${ratio.toFixed(2)} times the faster layout of ${peer.version}; features agree to ${disagreement.toExponential(1)}\n${formatMachine(machine)}, batch ${batch}, best of ${options.repetitions} rounds\n`,
);
if (options.out) {
	const record = {
		machine,
		...options,
		python: undefined,
		version: peer.version,
		disagreement,
		ratio,
		results,
	};
	writeFileAtomically(options.out, `${JSON.stringify(record, undefined, '\t')}\n`);
}
process.exit(ratio >= 1 ? exitCodes.ok : exitCodes.regression);
