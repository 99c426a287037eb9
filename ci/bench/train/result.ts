import type { Agreement } from './agreement.ts';
import type { ContestantName, WorkerName } from './contestant.ts';
import type { Machine } from './machine.ts';
import type { TimeSummary } from './summarise.ts';
import type { TurnTimes } from './take-turns.ts';

/** One line of the benchmark. */
export interface ContestantResult {
	readonly name: ContestantName;
	/** Library and language with their versions. */
	readonly version: string;
	/** How the contestant does it, where it had a choice. */
	readonly note?: string;
	/** Calls from JavaScript into TensorFlow in one generator step; ours only. */
	readonly nativeCalls?: number;
	/** From start to the end of the first steps: importing, compiling. In milliseconds. */
	readonly startMilliseconds: number;
	/** How far its first step is from `referenceForAgreement`; null for that one itself. */
	readonly agreement: Agreement | null;
	readonly times: TimeSummary;
	readonly raw: TurnTimes;
}

/** What `--out` writes. */
export interface BenchmarkResult {
	/** Format of this file. */
	readonly schemaVersion: 1;
	/** What was timed. */
	readonly work: {
		readonly network: 'BigGAN 32×32';
		readonly channels: number;
		readonly batchSize: number;
		/** Trainable parameters of both networks. */
		readonly parameters: number;
		readonly discriminatorUpdates: number;
		readonly generatorUpdates: 1;
	};
	readonly machine: Machine;
	/** Threads of each contestant. */
	readonly threads: number;
	readonly repetitions: number;
	/** Counted generator steps of one turn. */
	readonly stepsPerTurn: number;
	/** The contestant whose time is 1; null if it did not take part. */
	readonly referenceForRatios: ContestantName | null;
	/** Whose first step the others' are compared with: PyTorch's in float64 where PyTorch takes part, else the first. */
	readonly referenceForAgreement: WorkerName;
	readonly contestants: readonly ContestantResult[];
}
