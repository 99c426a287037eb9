import path from 'node:path';
import { RunFailedError } from '../../../harness/errors.ts';
import { readSafetensors } from '../../../harness/tensor/safetensors.ts';
import {
	agreementLimits,
	compareFirstSteps,
	type FirstStep,
	limitsBeyondRounding,
	requireAgreement,
} from './agreement.ts';
import {
	type Contestant,
	type ContestantName,
	contestantTitles,
	referee,
	startContestant,
	type WorkerName,
} from './contestant.ts';
import { describeMachine } from './machine.ts';
import type { BenchmarkOptions } from './options.ts';
import type { BenchmarkResult, ContestantResult } from './result.ts';
import { readScenario } from './scenario.ts';
import { summariseTimes } from './summarise.ts';
import { chooseSteps, takeTurns } from './take-turns.ts';
import type { WorkerRequests } from './worker-protocol.ts';

/** Different inputs are used in turn, so that nothing can be computed ahead. */
const inputSteps = 2;
const checkedSteps = 3;
/** Compiled training makes a handful of calls a step; without it there are thousands. */
const mostCompiledCalls = 100;
const ratioReference: ContestantName = 'pytorch-channels-last';

type Entrant = Omit<ContestantResult, 'times' | 'raw'> & { readonly contestant: Contestant<ContestantName> };

/**
 * Runs the whole benchmark.
 *
 * @param folder for temporary files
 * @throws ActionableError if a contestant is missing, fails, or computes something else than the first one
 */
export async function runBenchmark(
	options: BenchmarkOptions,
	folder: string,
	report: (line: string) => void,
): Promise<BenchmarkResult> {
	const machine = describeMachine();
	const scenario = path.join(folder, 'scenario.safetensors');
	const { channels, batch: batchSize } = options;
	const { parameters } = await prepareScenario(options, { scenario, channels, batchSize, inputSteps });

	const started: Contestant<ContestantName>[] = [];
	try {
		const entrants: Entrant[] = [];
		const judged = options.contestants.some(name => name.startsWith('pytorch'));
		let reference: { readonly name: WorkerName; readonly step: FirstStep } | undefined;
		if (judged) {
			report(`${contestantTitles[referee]}: one step, to hold the others against`);
			reference = { name: referee, step: await refereeStep(options, scenario, folder) };
		}
		for (const name of options.contestants) {
			report(`${contestantTitles[name]}: starting, checking its first step`);
			const contestant = startContestant(name, options);
			started.push(contestant);
			const { firstStep, ...facts } = await enter(contestant, scenario, options.threads, folder);
			const agreement = reference
				? compareFirstSteps(contestantTitles[name], firstStep, reference.step)
				: null;
			reference ??= { name, step: firstStep };
			entrants.push({ ...facts, name, contestant, agreement });
		}
		requireAllAgree(entrants);

		const stepsPerTurn = options.steps ?? (await chooseSteps(started));
		const turns = await takeTurns(started, {
			repetitions: options.repetitions,
			steps: stepsPerTurn,
			onTurn: (round, { name }) =>
				report(`round ${round + 1} of ${options.repetitions}: ${contestantTitles[name]}`),
		});
		const rated = started.find(({ name }) => name === ratioReference);
		return {
			schemaVersion: 1,
			work: {
				network: 'BigGAN 32×32',
				channels,
				batchSize,
				parameters,
				discriminatorUpdates: readScenario(scenario).settings.discriminatorSteps,
				generatorUpdates: 1,
			},
			machine,
			threads: options.threads,
			repetitions: options.repetitions,
			stepsPerTurn,
			referenceForRatios: rated?.name ?? null,
			referenceForAgreement: reference!.name,
			contestants: entrants.map(({ contestant, ...entrant }) => {
				const raw = turns.get(contestant)!;
				const times = summariseTimes(raw.rounds, raw.processorRounds, rated && turns.get(rated)!.rounds);
				return { ...entrant, times, raw };
			}),
		};
	} finally {
		await Promise.all(started.map(contestant => contestant.stop()));
	}
}

/** The first generator step in float64. */
async function refereeStep(options: BenchmarkOptions, scenario: string, folder: string): Promise<FirstStep> {
	const contestant = startContestant(referee, options);
	try {
		const stateFile = path.join(folder, `${referee}.safetensors`);
		await contestant.ask('load', { scenario, threads: options.threads });
		const { losses } = await contestant.ask('check', { steps: 1, stateFile });
		return { losses: losses[0], state: readSafetensors(stateFile).tensors };
	} finally {
		await contestant.stop();
	}
}

/** @throws ActionableError if one computes something else */
function requireAllAgree(entrants: readonly Entrant[]): void {
	// One float32 step of the referee's own code differs from it by rounding alone.
	const rounding = entrants.find(({ name }) => name.startsWith('pytorch'))?.agreement;
	const limits = rounding ? limitsBeyondRounding(rounding) : agreementLimits;
	for (const { name, agreement } of entrants) {
		if (agreement) requireAgreement(contestantTitles[name], agreement, limits);
	}
}

async function prepareScenario(
	options: BenchmarkOptions,
	request: WorkerRequests['prepare']['request'],
): Promise<WorkerRequests['prepare']['answer']> {
	// A process of its own, so that this one never loads TensorFlow, whose threads and memory would count.
	const author = startContestant('eager', options);
	try {
		return await author.ask('prepare', request);
	} finally {
		await author.stop();
	}
}

/** Loads the scenario, runs the first steps, and makes sure that "compiled" is. */
async function enter(
	contestant: Contestant<ContestantName>,
	scenario: string,
	threads: number,
	folder: string,
) {
	const { name } = contestant;
	const stateFile = path.join(folder, `${name}.safetensors`);
	const start = performance.now();
	const { version, note } = await contestant.ask('load', { scenario, threads });
	const { losses, nativeCalls } = await contestant.ask('check', { steps: checkedSteps, stateFile });
	const startMilliseconds = performance.now() - start;
	if (name === 'compiled' && !(nativeCalls! <= mostCompiledCalls)) {
		throw new RunFailedError(
			`${contestantTitles[name]}: a step made ${nativeCalls} calls into TensorFlow, so it is not compiled`,
			'leave it out with --contestants, or find out why the trainer runs operation by operation',
		);
	}
	const firstStep: FirstStep = { losses: losses[0], state: readSafetensors(stateFile).tensors };
	return { version, note, nativeCalls, startMilliseconds, firstStep };
}
