// Predicted against measured memory of a run: each case trains in a process of its own for a step or two, compiled, and
// some draw what a run is scored by.
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/plan/memory.ts [--out FILE]
//
// The fixture test/fixtures/suite/memory.json is what it wrote; test/harness/suite/cost/memory.test.ts holds the
// prediction to it. Takes about 5 minutes on 2 cores and up to 14 GB.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { markdownTable } from 'markdown-table';
import { predictMemory } from '../../../harness/suite/cost/memory.ts';
import { trainingShape } from '../../../harness/suite/cost/step-work.ts';
import { findProfile } from '../../../harness/suite/profiles.ts';
import { loadMethod, parseMethodOptions } from '../../../methods/registry.ts';
import type { MeasuredMemory, MemoryCase } from './memory-worker.ts';

const small = { method: 'big-gan', resolution: 32, channels: 16, classes: 10, steps: 2 } as const;
const large = { method: 's3gan', resolution: 128, channels: 16, classes: 1000, steps: 1 } as const;
// Draws what a run is scored by, in the batches of every profile.
const sampled = { evaluationBatchSize: 64, steps: 1 } as const;
const cases: readonly MemoryCase[] = [
	{ ...small, batchSize: 8 },
	{ ...small, batchSize: 128 },
	{ ...small, batchSize: 256 },
	{ ...small, method: 's3gan', batchSize: 128 },
	{ ...small, resolution: 64, batchSize: 16 },
	{ ...small, resolution: 64, batchSize: 48 },
	{ ...small, resolution: 64, channels: 64, batchSize: 4, steps: 1 },
	{ ...small, resolution: 64, channels: 64, batchSize: 8, microBatchSize: 4, steps: 1 },
	{ ...large, batchSize: 8 },
	{ ...large, batchSize: 24 },
	{ ...large, method: 'big-gan', batchSize: 24 },
	{ ...large, channels: 48, batchSize: 8 },
	// Not among those that the base is fitted to.
	{ ...small, method: 's3gan', resolution: 64, channels: 32, batchSize: 16, steps: 1 },
	{ ...small, ...sampled, method: 's3gan', resolution: 256, channels: 8, batchSize: 8 },
	{ ...large, ...sampled, method: 'single-label', batchSize: 2, microBatchSize: 1 },
	{ ...large, ...sampled, method: 'big-gan', channels: 48, batchSize: 2 },
	{ ...small, ...sampled, resolution: 64, channels: 32, batchSize: 4 },
	// Not among those that the overhead of sampling is fitted to either.
	{ ...large, ...sampled, resolution: 256, batchSize: 8 },
	{ ...small, ...sampled, channels: 64, batchSize: 8 },
];
const worker = fileURLToPath(new URL('memory-worker.ts', import.meta.url));
const rows: string[][] = [];
const measured: MeasuredMemory[] = [];
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
for (const each of cases) {
	const output = execFileSync(
		process.execPath,
		['--import', './harness/runtime/register-typescript.js', worker, JSON.stringify(each)],
		{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
	);
	const found = JSON.parse(output.trim().split('\n').at(-1)!) as MeasuredMemory;
	measured.push(found);
	const { method } = await loadMethod(each.method);
	const settings = { ...findProfile('smoke').settings(each.steps), ...each };
	const shape = trainingShape(method, parseMethodOptions(method, {}), settings, each.classes);
	const { base, state, recording, training, sampling } = predictMemory(shape);
	const compare = (measuredBytes: number, predicted: number): string[] => [
		megabytes(measuredBytes),
		megabytes(predicted),
		`${((predicted / measuredBytes - 1) * 100).toFixed(1)} %`,
	];
	rows.push([
		each.method,
		`${each.resolution}×${each.resolution}`,
		String(each.channels),
		String(each.microBatchSize ?? each.batchSize),
		...compare(found.trainingBytes, base + state + Math.max(recording, training)),
		...(found.samplingBytes === null ? ['', '', ''] : compare(found.samplingBytes, base + state + sampling)),
	]);
}
const header = [
	...['method', 'images', 'ch', '(micro-)batch', 'training MB', 'predicted MB', 'error'],
	...['measuring MB', 'predicted MB', 'error'],
];
const align = header.map((_, column) => (column < 2 ? 'l' : 'r'));
process.stdout.write(`${markdownTable([header, ...rows], { align })}\n`);
const out = process.argv.indexOf('--out');
if (out > 0) writeFileSync(process.argv[out + 1]!, `${JSON.stringify(measured, undefined, '\t')}\n`);
