/**
 * The conversation between the benchmark and one contestant, each a process of its own. Requests are lines of JSON
 * on the contestant's standard input, answers lines of JSON on its file descriptor 3, so that whatever a library
 * prints cannot be mistaken for an answer. One request at a time: while one contestant works, the others wait.
 */
export interface WorkerRequests {
	/** Writes the scenario: initial state and inputs for all contestants. Only our own worker can. */
	prepare: {
		readonly request: {
			readonly scenario: string;
			readonly channels: number;
			readonly batchSize: number;
			/** Generator steps of different inputs; used again in turn. */
			readonly inputSteps: number;
		};
		readonly answer: { readonly parameters: number };
	};
	/** Reads the scenario and builds networks and optimisers. */
	load: {
		readonly request: { readonly scenario: string; readonly threads: number };
		readonly answer: {
			/** Library and language with their versions. */
			readonly version: string;
			/** How the contestant does it, where it had a choice. */
			readonly note?: string;
		};
	};
	/** Runs the first steps; writes the state after the first one to a safetensors file. */
	check: {
		readonly request: { readonly steps: number; readonly stateFile: string };
		readonly answer: {
			/** One list a step: the loss of each discriminator update, then of the generator update. */
			readonly losses: ReadonlyArray<readonly number[]>;
			/** Calls from JavaScript into TensorFlow in the last step; ours only. */
			readonly nativeCalls?: number;
		};
	};
	/** Runs further steps and times each. */
	time: {
		readonly request: { readonly steps: number };
		readonly answer: {
			/** By the clock, one a step. */
			readonly milliseconds: readonly number[];
			/** Processor time of all threads, one a step. */
			readonly processorMilliseconds: readonly number[];
		};
	};
}

export type WorkerCommand = keyof WorkerRequests;

/** What a contestant answers if it cannot. */
export interface WorkerFailure {
	readonly error: string;
	/** True if a library is not installed. */
	readonly missing?: boolean;
}

/** What stands in the metadata of a scenario file, under `settings`. */
export interface ScenarioSettings {
	readonly channels: number;
	readonly batchSize: number;
	readonly resolution: number;
	readonly classes: number;
	readonly discriminatorSteps: number;
	readonly inputSteps: number;
	readonly batchNormEpsilon: number;
	readonly generatorLearningRate: number;
	readonly discriminatorLearningRate: number;
	readonly beta1: number;
	readonly beta2: number;
	readonly epsilon: number;
}
