import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { detectGpus } from '../../../harness/launch/gpu-devices.ts';
import { createLocalExecutor } from '../../../harness/launch/local.ts';
import { launch, standInJob, standInProgram, temporaryOut, workEvents } from './conformance.ts';

test('GPUs are those that nvidia-smi lists, or the environment allows', t => {
	const folder = temporaryOut(t);
	const program = path.join(folder, 'nvidia-smi');
	writeFileSync(program, '#!/bin/sh\nprintf "0\\n1\\n3\\n"\n');
	chmodSync(program, 0o755);
	t.deepEqual(detectGpus({ PATH: `${folder}:/bin:/usr/bin` }), ['0', '1', '3']);
	t.deepEqual(detectGpus({ PATH: folder, CUDA_VISIBLE_DEVICES: '2,GPU-ab' }), ['2', 'GPU-ab']);
	t.deepEqual(detectGpus({ PATH: folder, CUDA_VISIBLE_DEVICES: '' }), []);
	t.deepEqual(detectGpus({ PATH: folder, CUDA_VISIBLE_DEVICES: '1,-1,2' }), ['1']);
	writeFileSync(program, '#!/bin/sh\necho "NVIDIA-SMI has failed"\nexit 9\n');
	t.deepEqual(detectGpus({ PATH: `${folder}:/bin:/usr/bin` }), []);
	t.deepEqual(detectGpus({ PATH: path.join(folder, 'none') }), []);
});

test('each job has a GPU to itself, and no more run than there are GPUs', async t => {
	const out = temporaryOut(t);
	const jobs = ['a', 'b', 'c', 'd', 'e'].map(id => standInJob(out, id, { ticks: 3, tickMs: 150 }));
	const executor = createLocalExecutor({ out, program: standInProgram, concurrency: 8, gpus: ['0', '3'] });
	const outcomes = await launch(t, executor, jobs).outcomes;
	t.true(outcomes.every(({ state }) => state === 'done'));
	const busy = new Map<string, string>();
	const used = new Set<string>();
	for (const { event, id, more } of workEvents(out)) {
		if (event === 'start') {
			const gpu = /gpu=(?<gpu>\S+)/u.exec(more)!.groups!.gpu;
			t.false([...busy.values()].includes(gpu), `${gpu} for ${id}`);
			busy.set(id, gpu);
			used.add(gpu);
		}
		if (event === 'end') busy.delete(id);
	}
	t.deepEqual([...used].sort(), ['0', '3']);
});
