import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { avoidTf32, usesTf32 } from '../../../../harness/metrics/score/tensor-float-32.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';

/** An environment whose runtime claims this flavour. */
function environment(t: Parameters<typeof temporaryFolder>[0], flavour: string): NodeJS.ProcessEnv {
	const folder = path.join(temporaryFolder(t), 'runtime');
	mkdirSync(folder);
	for (const name of ['addon', 'loader', 'library']) writeFileSync(path.join(folder, name), '');
	const ready = { schemaVersion: 1, flavour, addon: 'addon', quietLoader: 'loader', library: 'library' };
	writeFileSync(path.join(folder, 'ready.json'), JSON.stringify(ready));
	return { FEWER_LABELS_RUNTIME: folder };
}

test('TF32 is switched off unless the user chose', t => {
	const fresh: NodeJS.ProcessEnv = {};
	avoidTf32(fresh);
	t.is(fresh.NVIDIA_TF32_OVERRIDE, '0');
	const chosen = { NVIDIA_TF32_OVERRIDE: '1' };
	avoidTf32(chosen);
	t.is(chosen.NVIDIA_TF32_OVERRIDE, '1');
});

test('only a CUDA runtime that was not told otherwise uses it', t => {
	const cuda = environment(t, 'cuda');
	t.true(usesTf32(cuda));
	t.true(usesTf32({ ...cuda, NVIDIA_TF32_OVERRIDE: '1' }));
	t.false(usesTf32({ ...cuda, NVIDIA_TF32_OVERRIDE: '0' }));
	t.false(usesTf32(environment(t, 'cpu')));
});
