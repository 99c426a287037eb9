// Time of a training step against PyTorch and TensorFlow's Python graph, on the same work in one run:
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/train/main.ts --channels 16 --batch 64
//
// The table goes to standard output, progress to standard error. Exit codes: 0, 2 wrong option, 3 a contestant
// failed, 4 contestants do not compute the same, 5 slower than --at-most, 7 a library is missing.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ActionableError, exitCodes } from '../../../harness/errors.ts';
import { writeFileAtomically } from '../../../harness/write-atomically.ts';
import { contestantTitles } from './contestant.ts';
import { formatMachine, isBusy } from './machine.ts';
import { readOptions } from './options.ts';
import { runBenchmark } from './run-benchmark.ts';
import { formatTable } from './table.ts';

const options = readOptions(process.argv.slice(2));
const folder = await mkdtemp(path.join(tmpdir(), 'fewer-labels-bench-'));
try {
	const result = await runBenchmark(options, folder, line => process.stderr.write(`${line}\n`));
	const { work, machine, contestants } = result;
	const lines = [
		`${work.network}, ch ${work.channels} (${work.parameters.toLocaleString('en')} parameters), batch ${work.batchSize}, ` +
			`${work.discriminatorUpdates} discriminator + ${work.generatorUpdates} generator updates, float32`,
		`${formatMachine(machine)}; ${result.threads} threads each; ` +
			`${result.repetitions} rounds of ${result.stepsPerTurn} steps`,
		'',
		formatTable(result),
		'',
		...contestants.map(({ name, version, note, nativeCalls }) => {
			const calls = nativeCalls === undefined ? [] : [`${nativeCalls} calls into TensorFlow a step`];
			return `${contestantTitles[name]}: ${[version, ...(note ? [note] : []), ...calls].join('; ')}`;
		}),
		...(isBusy(machine)
			? ['The machine was busy with other work: trust the best times more than the medians.']
			: []),
	];
	process.stdout.write(`${lines.join('\n')}\n`);
	if (options.out !== undefined) {
		writeFileAtomically(options.out, `${JSON.stringify(result, null, '\t')}\n`);
	}
	const compiled = contestants.find(({ name }) => name === 'compiled')?.times.ratio;
	// No ratio, no pass; the options ask for what it needs.
	if (options.atMost !== undefined && !((compiled ?? Number.NaN) <= options.atMost)) {
		process.stderr.write(
			`Error: the compiled step takes ${compiled?.toFixed(2)} PyTorch times, at most ${options.atMost} passes\n`,
		);
		process.exitCode = exitCodes.regression;
	}
} catch (error) {
	if (!(error instanceof ActionableError)) throw error;
	process.stderr.write(`Error: ${error.message}\n${error.fix ? `Fix: ${error.fix}\n` : ''}`);
	process.exitCode = error.exitCode;
} finally {
	await rm(folder, { recursive: true });
}
