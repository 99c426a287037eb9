// Trains for many steps and watches tensors and memory: a leak of a few kilobytes a step ends a week-long run.
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/train/soak.ts --steps 2000
//
// Ten times it collects JavaScript's garbage first and says how much what is left grows a step: between two
// collections of its own accord V8 keeps garbage, which is no leak.
//
// Exit code 0 if, after a warm-up of a tenth of the steps, the tensor count never changes and resident memory stays
// within 5 % of its median; 3 if training fails (a changing tensor count does); 5 if memory moves more.
import { Command } from 'commander';
import { loadDataSet } from '../../../harness/data/load.ts';
import { ActionableError, exitCodes } from '../../../harness/errors.ts';
import { median } from '../../../harness/statistics/median.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { disposeGanState } from '../../../harness/train/gan-state.ts';
import { trainGan } from '../../../harness/train/train-gan.ts';
import { loadMethod, parseMethodOptions } from '../../../methods/registry.ts';
import { growth, measureLiveMemory } from './collect-garbage.ts';
import { atLeastOne, channelUnit } from './options.ts';
import { benchmarkSettings } from './scenario.ts';
import { watchMemory } from './watch-memory.ts';

const command = new Command('ci/bench/train/soak.ts')
	.option('--steps <n>', 'generator steps', atLeastOne, 2000)
	.option('--channels <ch>', 'width of the networks, a multiple of 4', channelUnit, 8)
	.option('--batch <n>', 'images of one update', atLeastOne, 16)
	.option('--method <name>', 'method to train', 's3gan')
	.option('--eager', 'operation by operation, not compiled', false)
	.allowExcessArguments(false)
	.parse();
const { steps, channels, batch, method: name, eager } = command.opts();

try {
	const { method } = await loadMethod(name);
	const dataSet = await loadDataSet('shapes', { resolution: 32, seed: 1, trainCount: 2000, testCount: 500 });
	const settings = { ...benchmarkSettings({ channels, batchSize: batch }), steps };
	const memory = watchMemory();
	const collected: { step: number; heapBytes: number; residentBytes: number }[] = [];
	const start = performance.now();
	const state = await trainGan({
		method,
		options: parseMethodOptions(method, {}),
		settings,
		dataSet,
		subset: undefined,
		seed: 1,
		eager,
		onStep({ step }) {
			memory.sample(tf.memory().numTensors);
			if (step % Math.ceil(steps / 10) === 0) collected.push({ step, ...measureLiveMemory() });
			if (step % Math.ceil(steps / 20) === 0)
				process.stderr.write(`step ${step} of ${steps}: ${memory.now()}\n`);
		},
	});
	const seconds = (performance.now() - start) / 1000;
	disposeGanState(state);

	const { warmUpSteps, tensors, residentBytes, flat } = memory.judge();
	const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
	const counted = collected.slice(1);
	const kilobytes = (of: (each: (typeof collected)[number]) => number): string =>
		(
			growth(
				counted.map(({ step }) => step),
				counted.map(of),
			) / 1e3
		).toFixed(2);
	const quarter = Math.max(1, Math.floor(residentBytes.length / 4));
	const lines = [
		`${name}, ch ${channels}, batch ${batch}, ${eager ? 'eager' : 'compiled'}: ${steps} steps in ${seconds.toFixed(0)} s`,
		`tensors after ${warmUpSteps} steps of warm-up: ${tensors.join(', ')}`,
		`resident memory: least ${megabytes(Math.min(...residentBytes))}, median ${megabytes(median(residentBytes))}, ` +
			`most ${megabytes(Math.max(...residentBytes))}; median of the first quarter ` +
			`${megabytes(median(residentBytes.slice(0, quarter)))}, of the last ${megabytes(median(residentBytes.slice(-quarter)))}`,
		`after collecting garbage, from step ${counted[0]?.step} on: objects of JavaScript grow by ${kilobytes(({ heapBytes }) => heapBytes)} KB a step, resident memory by ${kilobytes(({ residentBytes }) => residentBytes)} KB`,
		flat ? 'flat: tensors constant, memory within 5 % of its median' : 'NOT flat',
	];
	process.stdout.write(`${lines.join('\n')}\n`);
	if (!flat) process.exitCode = exitCodes.regression;
} catch (error) {
	if (!(error instanceof ActionableError)) throw error;
	process.stderr.write(`Error: ${error.message}\n${error.fix ? `Fix: ${error.fix}\n` : ''}`);
	process.exitCode = error.exitCode;
}
