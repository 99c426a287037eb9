// Our own contestant: this project's trainer, operation by operation or compiled. `main.ts` starts it:
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/train/our-worker.ts eager|compiled
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { StoredTensor } from '../../../harness/tensor/safetensors.ts';
import { writeSafetensors } from '../../../harness/tensor/safetensors.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { createTrainer, type Trainer } from '../../../harness/train/trainer.ts';
import { countNativeCalls } from './native-calls.ts';
import { runStep } from './run-step.ts';
import {
	assignStart,
	benchmarkRequest,
	benchmarkSettings,
	networkVariables,
	readScenario,
	type Scenario,
	writeScenario,
} from './scenario.ts';
import type { WorkerCommand, WorkerFailure, WorkerRequests } from './worker-protocol.ts';

type Handlers = {
	[Command in WorkerCommand]: (
		request: WorkerRequests[Command]['request'],
	) => WorkerRequests[Command]['answer'];
};

const eager = process.argv[2] === 'eager';
let contestant: { readonly trainer: Trainer; readonly scenario: Scenario } | undefined;
let nextStep = 0;

function step(): number[] {
	const { trainer, scenario } = contestant!;
	return runStep(trainer, scenario, nextStep++);
}

const handlers: Handlers = {
	prepare: writeScenario,

	load({ scenario: file }) {
		const scenario = readScenario(file);
		const trainer = createTrainer({ ...benchmarkRequest(benchmarkSettings(scenario.settings)), eager });
		assignStart(trainer.state, scenario);
		trainer.writeState();
		contestant = { trainer, scenario };
		return { version: `TensorFlow.js ${tf.version_core}, ${process.release.name} ${process.version}` };
	},

	check({ steps, stateFile }) {
		const losses = [step()];
		writeState(contestant!.trainer, stateFile);
		while (losses.length < steps - 1) losses.push(step());
		const { result, calls } = countNativeCalls(step);
		losses.push(result);
		return { losses, nativeCalls: calls };
	},

	time({ steps }) {
		const milliseconds: number[] = [];
		const processorMilliseconds: number[] = [];
		for (let index = 0; index < steps; index++) {
			const usedBefore = process.cpuUsage();
			const start = performance.now();
			const losses = step();
			milliseconds.push(performance.now() - start);
			const used = process.cpuUsage(usedBefore);
			processorMilliseconds.push((used.user + used.system) / 1000);
			if (!losses.every(Number.isFinite)) throw new Error(`losses ${losses} at step ${nextStep}`);
		}
		return { milliseconds, processorMilliseconds };
	},
};

function writeState(trainer: Trainer, file: string): void {
	const state = trainer.readState();
	const stored = (variable: { shape: number[]; dataSync(): unknown }): StoredTensor => ({
		shape: variable.shape,
		values: new Float32Array(variable.dataSync() as Float32Array),
	});
	const tensors = new Map([...networkVariables(state)].map(([name, variable]) => [name, stored(variable)]));
	for (const { secondMoments } of [state.generatorOptimiser, state.discriminatorOptimiser]) {
		for (const [name, moment] of secondMoments) tensors.set(`${name}/second_moment`, stored(moment));
	}
	writeSafetensors(file, { tensors, metadata: {} });
}

for await (const line of createInterface({ input: process.stdin })) {
	const { do: command, ...request } = JSON.parse(line) as { do: WorkerCommand };
	let answer: object;
	try {
		answer = handlers[command](request as never);
	} catch (error) {
		answer = { error: (error as Error).message } satisfies WorkerFailure;
	}
	writeSync(3, `${JSON.stringify(answer)}\n`);
}
