import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { saveWeights } from '../../../harness/run/weights.ts';
import { writeStandingStatistics } from '../../../harness/samples/standing-file.ts';
import { findProfile } from '../../../harness/suite/profiles.ts';
import { createGanState, disposeGanState } from '../../../harness/train/gan-state.ts';
import { createGeneratorSampler } from '../../../harness/train/generator-sampler.ts';
import { loadMethod, parseMethodOptions } from '../../../methods/registry.ts';

export const settings = {
	...findProfile('smoke').settings(1),
	standingBatches: 2,
	evaluationBatchSize: 6,
	fakesPerSet: 10,
	fakeSets: 3,
};

/** A finished run of an untrained network, as `train` leaves it; and bytes of its fake sets from its own sampler. */
export async function makeRun(
	folder: string,
	{ method: name = 's3gan', classes = 10, manifest = {} as Record<string, unknown> } = {},
): Promise<{ fakeSets: number[][] }> {
	mkdirSync(folder, { recursive: true });
	const { method } = await loadMethod(name);
	const options = parseMethodOptions(method, {});
	const state = createGanState(method, options, settings, classes, 4);
	// The averaged weights are others than the last ones.
	for (const variable of state.average.parameters.values()) variable.assign(variable.mul(1.1));
	const identity = { method: name, options, seed: 4, settings };
	writeFileSync(
		path.join(folder, 'manifest.json'),
		JSON.stringify({ runId: '0123456789ab', identity, profile: 'smoke', ...manifest }),
	);
	const sampler = await createGeneratorSampler(state, settings, 4);
	writeStandingStatistics(folder, sampler);
	sampler.classGrid(10, 10).dispose();
	const fakeSets = Array.from({ length: settings.fakeSets }, (_, set) =>
		[...sampler.fakeSet(set)].flatMap(batch => {
			const values = [...batch.dataSync()].map(value => Math.round(value * 255));
			batch.dispose();
			return values;
		}),
	);
	sampler.dispose();
	saveWeights(path.join(folder, 'weights.safetensors'), state);
	disposeGanState(state);
	writeFileSync(path.join(folder, 'result.json'), '{}');
	return { fakeSets };
}
