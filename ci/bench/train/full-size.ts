// One real discriminator update and one generator update of full-size networks, compiled: how long compiling takes,
// and the largest resident memory of the process.
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/train/full-size.ts --micro-batch 2
//
// Exit code 5 if compiling takes longer than --compile-at-most seconds of processor time, or memory is above
// --memory-at-most. Linux only: the kernel counts the largest memory.
import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { byteSize, wholeNumber } from '../../../harness/cli/options.ts';
import { exitCodes, UsageError } from '../../../harness/errors.ts';
import { findProfile } from '../../../harness/suite/profiles.ts';
import { createStream } from '../../../harness/tensor/random.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { drawFakeInputs, oneHotRows } from '../../../harness/train/fake-inputs.ts';
import { createGanState, disposeGanState } from '../../../harness/train/gan-state.ts';
import { createTrainer, type LossValues } from '../../../harness/train/trainer.ts';
import { loadMethod, parseMethodOptions } from '../../../methods/registry.ts';
import { channelUnit } from './options.ts';

const classes = 1000;
const command = new Command('ci/bench/train/full-size.ts')
	.option('--method <name>', 'method to train', 'single-label')
	.option('--channels <ch>', 'width of the networks', channelUnit, 96)
	.option('--micro-batch <n>', 'images that pass the networks at once', wholeNumber(1), 2)
	.option('--batch <n>', 'images of an update (default: the micro-batch)', wholeNumber(1))
	.option('--steps <n>', 'updates of each network', wholeNumber(1), 1)
	.option('--compile-at-most <seconds>', 'limit of processor time', wholeNumber(1))
	.option('--memory-at-most <size>', 'limit of resident memory', byteSize, 24e9)
	.option('--out <file>', 'write the figures as JSON')
	.allowExcessArguments(false)
	.parse();
const given = command.opts();
const { microBatch: microBatchSize, batch: batchSize = microBatchSize } = given;

/** Bytes, from the kernel's count of this process: `VmHWM` the most so far, `VmRSS` now. */
const memory = (name: 'VmHWM' | 'VmRSS'): number => {
	const line = new RegExp(`${name}:\\s+(\\d+) kB`, 'u').exec(readFileSync('/proc/self/status', 'utf8'));
	if (!line) throw new UsageError(`memory: /proc/self/status has no ${name}`, 'this runs on Linux only');
	return Number(line[1]) * 1024;
};
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;

/** Seconds by the clock and of all threads together. */
function timed<Result>(work: () => Result): { result: Result; seconds: number; processorSeconds: number } {
	const [start, before] = [performance.now(), process.cpuUsage()];
	const result = work();
	const { user, system } = process.cpuUsage(before);
	return { result, seconds: (performance.now() - start) / 1000, processorSeconds: (user + system) / 1e6 };
}
const inWords = ({ seconds, processorSeconds }: { seconds: number; processorSeconds: number }): string =>
	`${processorSeconds.toFixed(1)} s of processor (${seconds.toFixed(1)} s by the clock)`;

const say = (line: string): void => {
	process.stderr.write(`${line}\n`);
};

const { method } = await loadMethod(given.method);
const settings = {
	...findProfile('imagenet-128').settings(given.steps),
	...{ channels: given.channels, batchSize, microBatchSize },
};
tf.tidy(() => tf.matMul(tf.ones([64, 64]), tf.ones([64, 64])).dataSync());
const loaded = memory('VmRSS');
const options = parseMethodOptions(method, {});
// Weights are drawn once more, to be told from what compiling takes.
const drawing = timed(() => disposeGanState(createGanState(method, options, settings, classes, 1)));
const making = timed(() => createTrainer({ method, options, settings, classes, seed: 1 }));
const trainer = making.result;
// A difference of two times by the clock says nothing where there is other work.
const compilingSeconds = making.processorSeconds - drawing.processorSeconds;
const compilingPeak = memory('VmHWM');
say(`weights drawn in ${inWords(drawing)}`);
say(`compiled in ${compilingSeconds.toFixed(1)} s of processor, at most ${gigabytes(compilingPeak)}`);

const { config } = trainer.state;
const stream = createStream(1, 'full-size-benchmark');
const losses: LossValues[] = [];
const stepping = timed(() => {
	for (let step = 0; step < given.steps; step++) {
		tf.tidy(() => {
			const shape = [batchSize, settings.resolution, settings.resolution, 3] as [
				number,
				number,
				number,
				number,
			];
			const pixels = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, stream.uniform);
			const labels = oneHotRows(
				Int32Array.from({ length: batchSize }, () => stream.integer(config.classes)),
				config.classes,
			);
			const fakes = drawFakeInputs(config, batchSize, 1, ['discriminator', step]);
			losses.push(trainer.discriminatorStep({ images: tf.tensor4d(pixels, shape), labels }, fakes));
			losses.push(trainer.generatorStep(drawFakeInputs(config, batchSize, 1, ['generator', step])));
			trainer.averageStep(0);
		});
	}
});
const peak = memory('VmHWM');
trainer.dispose();
say(
	`${given.steps} updates of each network in ${inWords(stepping)}, losses ${losses.map(({ total }) => total.toFixed(3)).join(' ')}`,
);

const figures = {
	...{ method: given.method, resolution: settings.resolution, channels: given.channels },
	...{ batchSize, microBatchSize, steps: given.steps },
	...{ loadedBytes: loaded, compilingBytes: compilingPeak, peakBytes: peak },
	drawingSeconds: { processor: drawing.processorSeconds, clock: drawing.seconds },
	compileSeconds: { processor: compilingSeconds },
	stepSeconds: { processor: stepping.processorSeconds, clock: stepping.seconds },
	losses: losses.map(({ total }) => total),
};
process.stdout.write(
	`${given.method}, ${settings.resolution}×${settings.resolution}, ch ${given.channels}, micro-batch ${microBatchSize} of ${batchSize}: at most ${gigabytes(peak)} resident\n`,
);
if (given.out) writeFileSync(given.out, `${JSON.stringify(figures, undefined, '\t')}\n`);

const broken = [
	!losses.every(({ total }) => Number.isFinite(total)) && 'a loss is not finite',
	peak > given.memoryAtMost && `more than ${gigabytes(given.memoryAtMost)} resident`,
	compilingSeconds > (given.compileAtMost ?? Number.POSITIVE_INFINITY) &&
		`compiling took more than ${given.compileAtMost} s of processor`,
].filter(text => text !== false);
for (const text of broken) say(`Error: ${text}`);
if (broken.length > 0) process.exitCode = exitCodes.regression;
