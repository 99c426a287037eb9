// Part of a proxy-32 training that is spent waiting for data. From the repository root:
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/data/stall.ts SOURCE [--steps 20] [--method s3gan]
import { parseArgs } from 'node:util';
import type { Stall } from '../../../harness/data/feed.ts';
import { loadDataSet } from '../../../harness/data/load.ts';
import { findProfile } from '../../../harness/suite/profiles.ts';
import { disposeGanState } from '../../../harness/train/gan-state.ts';
import { trainGan } from '../../../harness/train/train-gan.ts';
import { loadBuiltInMethods, parseMethodOptions } from '../../../methods/registry.ts';

const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: {
		steps: { type: 'string', default: '20' },
		method: { type: 'string', default: 's3gan' },
		profile: { type: 'string', default: 'proxy-32' },
	},
});
const settings = findProfile(values.profile).settings(Number(values.steps));
const dataSet = await loadDataSet(positionals[0], { resolution: settings.resolution });
const loaded = (await loadBuiltInMethods()).find(({ method }) => method.name === values.method);
if (!loaded) throw new Error(`no method ${values.method}`);
const { method } = loaded;
let stall: Stall | undefined;
const state = await trainGan({
	method,
	options: parseMethodOptions(method, {}),
	settings,
	dataSet,
	subset: undefined,
	seed: 1,
	onStep(progress) {
		stall = progress.stall;
	},
});
disposeGanState(state);
const { waitedMs, totalMs } = stall!;
process.stdout.write(
	`${JSON.stringify({
		source: positionals[0],
		profile: values.profile,
		steps: settings.steps,
		batchSize: settings.batchSize,
		waitedMs: Math.round(waitedMs),
		totalMs: Math.round(totalMs),
		stallPercent: Number(((100 * waitedMs) / totalMs).toFixed(2)),
	})}\n`,
);
