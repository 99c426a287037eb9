// Fréchet distance of two sets of statistics at 2048 features, ours beside pytorch-fid's call of
// scipy.linalg.sqrtm on the same processor, turn by turn:
//   node --import ./harness/runtime/register-typescript.js ci/bench/metrics/frechet.ts --python PYTHON
// PYTHON must have scipy and pytorch-fid. Exits with 5 if ours is not five times as fast.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Command } from 'commander';
import { wholeNumber } from '../../../harness/cli/options.ts';
import { EnvironmentError, exitCodes } from '../../../harness/errors.ts';
import { featureSetFromArray } from '../../../harness/metrics/feature-set.ts';
import type { FeatureStatistics } from '../../../harness/metrics/feature-statistics.ts';
import { frechetDistance } from '../../../harness/metrics/frechet-distance.ts';
import { statisticsOfSet } from '../../../harness/metrics/set-statistics.ts';
import { createStream } from '../../../harness/tensor/random.ts';
import { writeFileAtomically } from '../../../harness/write-atomically.ts';
import { describeMachine, formatMachine } from '../train/machine.ts';

interface Options {
	readonly python: string;
	readonly dimension: number;
	readonly rounds: number;
	readonly out?: string;
}

interface Turn {
	readonly distance: number;
	readonly seconds: number;
	/** Seconds of all threads. */
	readonly processor: number;
}

const targetRatio = 5;

const options = new Command()
	.requiredOption('--python <program>', 'Python that has scipy and pytorch-fid')
	.option('--dimension <features>', 'length of a feature vector', wholeNumber(2), 2048)
	.option('--rounds <rounds>', 'rounds in which each contestant gets one turn', wholeNumber(1), 3)
	.option('--out <file>', 'also write JSON there')
	.parse()
	.opts<Options>();
const { dimension, rounds } = options;

/** Statistics of 1.5 d correlated random vectors whose variances fall as Inception's do, over five decades. */
function makeStatistics(seed: number, shift: number): FeatureStatistics {
	const count = Math.ceil(1.5 * dimension);
	const values = createStream(seed, 'features').normals(count * dimension);
	for (let index = values.length - 1; index > 0; index--) {
		const column = index % dimension;
		const neighbour = column > 0 ? 0.5 * values[index - 1] : 0;
		values[index] = (values[index] + neighbour) / (1 + column) ** 0.75 + shift;
	}
	return statisticsOfSet(featureSetFromArray(values, dimension));
}

/** Starts the peer and waits for its answer to each request. */
function startPeer(): (request: object) => Promise<Record<string, unknown>> {
	const script = path.join(import.meta.dirname, 'frechet.py');
	const peer = spawn(options.python, [script], { stdio: ['pipe', 'inherit', 'inherit', 'pipe'] });
	const failed = Promise.race([once(peer, 'error'), once(peer, 'exit')]).then(([reason]) => {
		throw new EnvironmentError(
			`${options.python}: the peer stopped (${reason instanceof Error ? reason.message : `exit code ${reason}`})`,
			'give a Python with `pip install scipy pytorch-fid` as --python',
		);
	});
	failed.catch(() => {});
	const lines = createInterface({ input: peer.stdio[3] as Readable })[Symbol.asyncIterator]();
	return async request => {
		peer.stdin!.write(`${JSON.stringify(request)}\n`);
		const { value } = await Promise.race([lines.next(), failed]);
		return JSON.parse(value as string) as Record<string, unknown>;
	};
}

function takeOurTurn(first: FeatureStatistics, second: FeatureStatistics): Turn {
	const start = performance.now();
	const used = process.cpuUsage();
	const distance = frechetDistance(first, second);
	const { user, system } = process.cpuUsage(used);
	return { distance, seconds: (performance.now() - start) / 1000, processor: (user + system) / 1e6 };
}

const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-frechet-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const machine = describeMachine();
const [first, second] = [makeStatistics(1, 0), makeStatistics(2, 0.02)];
const file = path.join(folder, 'statistics');
writeFileSync(
	file,
	Buffer.concat(
		[first.mean, first.covariance, second.mean, second.covariance].map(values => Buffer.from(values.buffer)),
	),
);
const ask = startPeer();
const { version } = await ask({ file, dimension });

const turns: Record<'ours' | 'peer', Turn[]> = { ours: [], peer: [] };
for (let round = 0; round < rounds; round++) {
	process.stderr.write(`round ${round + 1} of ${rounds}\n`);
	turns.ours.push(takeOurTurn(first, second));
	turns.peer.push((await ask({})) as unknown as Turn);
}

const best = (name: 'ours' | 'peer', measure: 'seconds' | 'processor'): number =>
	Math.min(...turns[name].map(turn => turn[measure]));
const ratio = best('peer', 'seconds') / best('ours', 'seconds');
const [ours, theirs] = [turns.ours[0].distance, turns.peer[0].distance];
const disagreement = Math.abs(ours / theirs - 1);
for (const [name, label] of [
	['ours', 'fewer-labels'],
	['peer', String(version)],
] as const) {
	process.stdout.write(
		`${label.padEnd(60)} ${best(name, 'seconds').toFixed(2).padStart(6)} s, ${best(name, 'processor').toFixed(2)} s of processor, distance ${turns[name][0].distance}\n`,
	);
}
process.stdout.write(
	`ours is ${ratio.toFixed(1)} times as fast (wanted: ${targetRatio}); distances agree to ${disagreement.toExponential(1)}\n${formatMachine(machine)}, ${dimension} features, best of ${rounds} rounds\n`,
);
if (options.out) {
	const record = { machine, dimension, rounds, version, ratio, targetRatio, disagreement, turns };
	writeFileAtomically(options.out, `${JSON.stringify(record, undefined, '\t')}\n`);
}
// Equal numbers first: a fast wrong answer is no answer.
process.exit(disagreement < 1e-6 && ratio >= targetRatio ? exitCodes.ok : exitCodes.regression);
