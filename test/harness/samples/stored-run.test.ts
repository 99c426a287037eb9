import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { writeCheckpoint } from '../../../harness/run/checkpoint/checkpoint-folder.ts';
import { openStoredRun } from '../../../harness/samples/stored-run.ts';
import { readSafetensors } from '../../../harness/tensor/safetensors.ts';
import { temporaryFolder } from '../data/temporary-folder.ts';
import { makeRun } from './make-run.ts';

test.serial(
	'the latest checkpoint of a run that trains gives its weights, without the optimisers',
	async t => {
		const folder = temporaryFolder(t);
		await makeRun(folder);
		const finished = await openStoredRun(folder, 'latest-checkpoint');
		t.is(finished.step, 1, 'a finished run without checkpoints gives its end');

		writeFileSync(path.join(folder, 'result.json'), JSON.stringify({ collapse: { scoredStep: 7 } }));
		t.is((await openStoredRun(folder)).step, 7, 'a collapsed training ended early');

		rmSync(path.join(folder, 'result.json'));
		const { tensors } = readSafetensors(path.join(folder, 'weights.safetensors'));
		const write = (runId: string, step: number) =>
			writeCheckpoint(folder, {
				runId,
				step,
				memory: {},
				tensors: [
					...[...tensors].map(([name, { shape, values }]) => ({
						name,
						shape,
						values: () => (values as Float32Array).map(value => value + step),
					})),
					{ name: 'generator/fc_noise/kernel/Adam', shape: [1], values: () => Float32Array.of(1) },
				],
			});
		write('0123456789ab', 3);
		write('0123456789ab', 8);
		const run = await openStoredRun(folder, 'latest-checkpoint');
		t.is(run.step, 8);
		t.is(run.gathered, null, 'statistics of the end are none of a checkpoint');
		t.false(run.weights.tensors.has('generator/fc_noise/kernel/Adam'));
		const name = 'generator/fc_noise/kernel/ExponentialMovingAverage';
		t.is(run.weights.tensors.get(name)!.values[0], Math.fround(tensors.get(name)!.values[0]! + 8));
		await t.throwsAsync(openStoredRun(folder), { instanceOf: UsageError, message: /it is not finished/u });

		write('ffffffffffff', 9);
		await t.throwsAsync(openStoredRun(folder, 'latest-checkpoint'), {
			message: /its checkpoint is of another run \(ffffffffffff; this one is 0123456789ab\)$/u,
		});
		for (const step of ['08', '09']) {
			const file = path.join(folder, `checkpoints/step-000000${step}/state.safetensors`);
			writeFileSync(file, readFileSync(file).subarray(0, 1000));
		}
		await t.throwsAsync(openStoredRun(folder, 'latest-checkpoint'), {
			message: /it has no checkpoint that is whole \(step 9: .*; step 8: /u,
		});
	},
);
