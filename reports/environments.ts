import type { FinishedRun } from '../harness/check/read-grid.ts';
import { isManifest } from '../harness/check/read-manifest.ts';
import type { Environment } from './report-schema.ts';

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
			// A job's number differs from run to run and decides nothing.
			variables: Object.fromEntries(Object.entries(variables).filter(([name]) => name !== 'SLURM_JOB_ID')),
		};
		const key = JSON.stringify(environment);
		found.set(key, { environment, runs: (found.get(key)?.runs ?? 0) + 1 });
	}

	return [...found.values()]
		.sort((first, second) => second.runs - first.runs)
		.map(({ environment, runs }) => ({ ...environment, runs }));
}
