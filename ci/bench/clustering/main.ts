/**
 * Mini-batch k-means here against scikit-learn's: seconds and inertia on the same rows with the same batch size, in
 * turns on one machine. Both start from k-means++, stop early by their own rules, and end with an assignment of all
 * rows; both inertias are summed by definition in float64. From the repository root:
 *
 *   node --import ./harness/runtime/register-typescript.js ci/bench/clustering/main.ts --python PYTHON \
 *     [--data drawn:50000x2048 | --data cifar10:DIR] [--clusters 50] [--batch 1024] [--seeds 3] [--threads 2] [--lloyd]
 *
 * The interpreter needs numpy and scikit-learn. Prints a JSON line a run and a table.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { median } from '../../../harness/statistics/median.ts';
import { clusterFeatures } from '../../../methods/pretraining/clustering/cluster-features.ts';
import { describeClusters } from '../../../methods/pretraining/clustering/describe-clusters.ts';
import { featureRowsFromArray } from '../../../methods/pretraining/clustering/feature-rows.ts';
import { benchmarkFeatures } from './features.ts';

interface Run {
	readonly contestant: string;
	readonly seed: number;
	readonly seconds: number;
	/** Processor time of all threads, which a busy machine changes less. */
	readonly cpuSeconds: number;
	/** Sum of squared distances over the number of rows. */
	readonly inertiaPerRow: number;
	readonly iterations: number;
	readonly normalisedMutualInformation: number;
}

const { values: options } = parseArgs({
	options: {
		python: { type: 'string', default: 'python3' },
		data: { type: 'string', default: 'drawn:50000x2048' },
		clusters: { type: 'string', default: '50' },
		batch: { type: 'string', default: '1024' },
		seeds: { type: 'string', default: '3' },
		threads: { type: 'string', default: '2' },
		lloyd: { type: 'boolean', default: false },
	},
});
// Read when TensorFlow loads, and by the peer.
process.env.TF_NUM_INTRAOP_THREADS = options.threads;
const peerEnvironment = {
	...process.env,
	OMP_NUM_THREADS: options.threads,
	OPENBLAS_NUM_THREADS: options.threads,
};

const [clusters, batchRows] = [Number(options.clusters), Number(options.batch)];
const { name, values, dimension, labels } = await benchmarkFeatures(options.data);
const rows = values.length / dimension;
const features = featureRowsFromArray(values, dimension);
const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-clustering-'));
const [rowsFile, labelsFile] = [path.join(folder, 'rows.f32'), path.join(folder, 'labels.i32')];

async function runOurs(seed: number): Promise<Run> {
	const [start, work] = [performance.now(), process.cpuUsage()];
	const found = await clusterFeatures(features, { clusters, seed, batchRows });
	const seconds = (performance.now() - start) / 1000;
	const { user, system } = process.cpuUsage(work);
	const { normalisedMutualInformation } = describeClusters(found.assignments, labels);
	return {
		contestant: 'this project',
		seed,
		seconds,
		cpuSeconds: (user + system) / 1e6,
		inertiaPerRow: found.inertia / rows,
		iterations: found.iterations,
		normalisedMutualInformation,
	};
}

function runPeer(algorithm: 'mini-batch' | 'lloyd', seed: number): Run {
	const job = { file: rowsFile, labels: labelsFile, dimension, clusters, batchRows, seed, algorithm };
	const script = fileURLToPath(new URL('sklearn_peer.py', import.meta.url));
	const answer = execFileSync(options.python, [script, JSON.stringify(job)], {
		encoding: 'utf8',
		env: peerEnvironment,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const { seconds, cpuSeconds, inertia, iterations } = JSON.parse(answer);
	const found = new Int32Array(new Uint8Array(readFileSync(labelsFile)).buffer);
	const { normalisedMutualInformation } = describeClusters(found, labels);
	return {
		contestant: `scikit-learn, ${algorithm}`,
		seed,
		seconds,
		cpuSeconds,
		inertiaPerRow: inertia / rows,
		iterations,
		normalisedMutualInformation,
	};
}

const runs: Run[] = [];
const add = (run: Run): void => {
	runs.push(run);
	console.log(JSON.stringify(run));
};
try {
	writeFileSync(rowsFile, new Uint8Array(values.buffer));
	// TensorFlow is loaded and warm afterwards.
	const few = featureRowsFromArray(values.slice(0, 100 * dimension), dimension);
	await clusterFeatures(few, { clusters: 2, seed: 1, iterations: 2 });
	for (let seed = 1; seed <= Number(options.seeds); seed++) {
		add(await runOurs(seed));
		add(runPeer('mini-batch', seed));
		if (options.lloyd) add(runPeer('lloyd', seed));
	}
} finally {
	rmSync(folder, { recursive: true, force: true });
}

console.log(`\n${name}, ${clusters} clusters, batches of ${batchRows}, ${options.threads} threads`);
console.log(`${cpus()[0]?.model.trim()}, load ${loadavg()[0].toFixed(1)}\n`);
const byContestant = groupRuns(runs);
console.log(
	markdownTable([
		[
			'',
			'median s',
			'median processor s',
			's of each seed',
			'mean inertia a row',
			'least',
			'batches',
			'mean NMI',
		],
		...[...byContestant].map(([contestant, own]) => {
			const inertias = own.map(run => run.inertiaPerRow);
			const mean = (numbers: number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
			return [
				contestant,
				median(own.map(run => run.seconds)).toFixed(1),
				median(own.map(run => run.cpuSeconds)).toFixed(1),
				own.map(run => run.seconds.toFixed(1)).join(' '),
				mean(inertias).toPrecision(6),
				Math.min(...inertias).toPrecision(6),
				own.map(run => run.iterations).join(' '),
				mean(own.map(run => run.normalisedMutualInformation)).toFixed(3),
			];
		}),
	]),
);

function groupRuns(all: readonly Run[]): Map<string, Run[]> {
	const groups = new Map<string, Run[]>();
	for (const run of all) groups.set(run.contestant, [...(groups.get(run.contestant) ?? []), run]);
	return groups;
}
