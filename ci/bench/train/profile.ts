// Where the time of a training step goes:
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/train/profile.ts --channels 16 --batch 64
//
// First the kernels of an eager step, which are those of the compiled one; then the parts of the compiled step.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { markdownTable } from 'markdown-table';
import { createTrainer } from '../../../harness/train/trainer.ts';
import { type KernelTime, profileKernels, totalByKernel } from './kernel-profile.ts';
import { readSizeOptions } from './options.ts';
import { runStep } from './run-step.ts';
import { assignStart, benchmarkRequest, benchmarkSettings, readScenario, writeScenario } from './scenario.ts';
import { profileStages } from './stage-profile.ts';

/** Kernels with their shapes that are listed; the rest costs little. */
const listedKernels = 25;

const {
	channels,
	batch: batchSize,
	repetitions,
} = readSizeOptions('ci/bench/train/profile.ts', process.argv.slice(2));
const folder = await mkdtemp(path.join(tmpdir(), 'fewer-labels-profile-'));
try {
	const file = path.join(folder, 'scenario.safetensors');
	writeScenario({ scenario: file, channels, batchSize, inputSteps: 2 });
	const scenario = readScenario(file);
	const settings = benchmarkSettings({ channels, batchSize });

	const trainer = createTrainer({ ...benchmarkRequest(settings), eager: true });
	assignStart(trainer.state, scenario);
	runStep(trainer, scenario, 0);
	const start = performance.now();
	const kernels = profileKernels(() => {
		for (let step = 0; step < repetitions; step++) runStep(trainer, scenario, step);
	});
	const eagerMilliseconds = (performance.now() - start) / repetitions;
	trainer.dispose();

	const inKernels = kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / repetitions;
	const row = ({ kernel, shapes, calls, milliseconds, processorMilliseconds }: KernelTime): string[] => [
		kernel,
		shapes,
		String(calls / repetitions),
		(milliseconds / repetitions).toFixed(1),
		`${((100 * milliseconds) / repetitions / inKernels).toFixed(1)} %`,
		(processorMilliseconds / repetitions).toFixed(1),
	];
	const align = { align: ['l', 'l', 'r', 'r', 'r', 'r'] };
	const heading = ['kernel', 'inputs', 'calls', 'ms', 'share', 'processor ms'];
	const stages = profileStages(settings, scenario, repetitions);
	const stageRows = stages.map(({ stage, milliseconds, processorMilliseconds, runs }) => [
		stage,
		String(runs),
		(milliseconds * runs).toFixed(1),
		(processorMilliseconds * runs).toFixed(1),
	]);
	const processorInKernels =
		kernels.reduce((sum, { processorMilliseconds }) => sum + processorMilliseconds, 0) / repetitions;
	const lines = [
		`BigGAN 32×32, ch ${channels}, batch ${batchSize}: ${repetitions} steps of each kind`,
		'',
		`Eager step: ${eagerMilliseconds.toFixed(0)} ms, of which ${inKernels.toFixed(0)} ms in kernels ` +
			`(${processorInKernels.toFixed(0)} ms of processor time); per step:`,
		'',
		markdownTable([heading, ...totalByKernel(kernels).map(row)], align),
		'',
		`The ${listedKernels} most expensive by the shapes of their inputs:`,
		'',
		markdownTable([heading, ...kernels.slice(0, listedKernels).map(row)], align),
		'',
		'Parts of the compiled step, each compiled by itself, best time:',
		'',
		markdownTable([['part', 'runs', 'ms per step', 'processor ms'], ...stageRows], {
			align: ['l', 'r', 'r', 'r'],
		}),
	];
	process.stdout.write(`${lines.join('\n')}\n`);
} finally {
	await rm(folder, { recursive: true });
}
