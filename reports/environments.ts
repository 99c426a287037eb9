import { z } from 'zod';
import type { FinishedRun } from '../harness/check/read-grid.ts';
import { isManifest } from '../harness/check/read-manifest.ts';
import type { Environment } from './report-schema.ts';

/** The part of a GPU's record that does not change from job to job, as its index and its serial number do. */
const gpusSchema = z.array(z.looseObject({ name: z.string(), driver: z.string(), memoryMiB: z.number() }));

/** The software and machines that made the results, most runs first. Host names stay out of reports. */
export function environmentsOf(finished: readonly FinishedRun[]): Environment[] {
	const found = new Map<string, { environment: Omit<Environment, 'runs'>; runs: number }>();
	for (const { manifest } of finished) {
		if (!isManifest(manifest)) continue;
		const { source, machine, software, environment: variables } = manifest;
		const environment = {
			commit: source.git?.commit ?? null,
			dirty: source.git?.dirty ?? null,
			backend: software.backend,
			node: software.node,
			platform: machine.platform,
			processor: machine.processor,
			cores: machine.cores,
			gpus: gpusInWords(machine.gpus),
			// A job's number, and which of several equal GPUs it got, differ from run to run and decide nothing.
			variables: Object.fromEntries(Object.entries(variables).filter(([name]) => !ofJob.has(name))),
		};
		const key = JSON.stringify(environment);
		found.set(key, { environment, runs: (found.get(key)?.runs ?? 0) + 1 });
	}

	return [...found.values()]
		.sort((first, second) => second.runs - first.runs)
		.map(({ environment, runs }) => ({ ...environment, runs }));
}

const ofJob: ReadonlySet<string> = new Set(['SLURM_JOB_ID', 'CUDA_VISIBLE_DEVICES']);

/** `2 × NVIDIA H100 80GB HBM3, 79.6 GiB, driver 550.54.15`, each kind once; empty where the process had none. */
function gpusInWords(value: unknown): string[] {
	if (!Array.isArray(value) || value.length === 0) return [];
	const parsed = gpusSchema.safeParse(value);
	if (!parsed.success) return [];
	const counts = new Map<string, number>();
	for (const { name, driver, memoryMiB } of parsed.data) {
		const words = `${name}, ${(memoryMiB / 1024).toFixed(1)} GiB, driver ${driver}`;
		counts.set(words, (counts.get(words) ?? 0) + 1);
	}

	return [...counts].map(([words, count]) => (count === 1 ? words : `${count} × ${words}`)).sort();
}

/** `a processor, 8 cores, NVIDIA …`, for a line of text. */
export function machineInWords({ processor, cores, gpus }: Environment): string {
	return [`${processor}, ${cores} cores`, ...gpus].join('; ');
}
