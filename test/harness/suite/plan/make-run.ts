import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { identifyRun } from '../../../../harness/run/identify-run.ts';
import type { RunIdentity } from '../../../../harness/run/identity.ts';
import { runIdOf } from '../../../../harness/run/identity.ts';
import { runFolderName } from '../../../../harness/run/run-folder.ts';
import { methodSourceFiles } from '../../../../harness/run/source-digest.ts';
import { findProfile } from '../../../../harness/suite/profiles.ts';
import { loadMethod, parseMethodOptions } from '../../../../methods/registry.ts';
import { wholeResult } from '../../run/make-result.ts';

export const dataSet = { name: 'shapes-32', digest: 'd'.repeat(64), testCount: 500 };

/** A run of the smoke suite as the present code would make it, or with another identity. */
export interface MadeUpRun {
	readonly method: string;
	readonly labelFraction: number | null;
	readonly seed: number;
	readonly options?: Record<string, unknown>;
	/** What the grid says of the options that were asked for; left out: nothing, as version 1 of it. */
	readonly recorded?: Record<string, string | number | boolean>;
	/** Changes of the identity after the present one was taken, as an older version would have left them. */
	readonly change?: Partial<RunIdentity>;
	/** Changes of the manifest. */
	readonly changeManifest?: Record<string, unknown>;
	/** Left out: done. `missing` leaves no folder. */
	readonly state?: 'done' | 'failed' | 'interrupted' | 'started' | 'missing';
	/** Left out: true. */
	readonly listed?: boolean;
	/** Extra events, before the last one. */
	readonly events?: readonly Record<string, unknown>[];
	readonly steps?: number;
}

/** Writes an output folder of the smoke suite; folders of the runs in their order. */
export async function makeRuns(
	runs: readonly MadeUpRun[],
	suite = 'smoke',
): Promise<{ out: string; folders: string[] }> {
	const out = realpathSync(mkdtempSync(path.join(tmpdir(), 'plan-')));
	const profile = findProfile('smoke');
	const folders: string[] = [];
	const listed: unknown[] = [];
	for (const run of runs) {
		const { steps = profile.defaultSteps, state = 'done' } = run;
		const loaded = await loadMethod(run.method);
		const settings = profile.settings(steps);
		const options = parseMethodOptions(loaded.method, run.options ?? {});
		const { identity: present, protocol } = identifyRun({
			...run,
			loaded,
			settings,
			options,
			dataSet,
			evaluator: 'proxy',
			networkFingerprint: 'e'.repeat(64),
			preparedLabels: null,
		});
		const identity = { ...present, ...run.change };
		const runId = runIdOf(identity);
		const name = runFolderName({ ...run, runId });
		const folder = path.join(out, 'runs', name);
		folders.push(folder);
		if (run.listed !== false) {
			listed.push({
				...{ runId, folder: path.join('runs', name), method: run.method, title: loaded.method.title },
				...{
					labelFraction: run.labelFraction,
					seed: run.seed,
					profile: 'smoke',
					dataSet: dataSet.name,
					steps,
					...(run.recorded && { options: run.recorded }),
				},
			});
		}
		if (state === 'missing') continue;
		mkdirSync(folder, { recursive: true });
		const manifest = {
			schemaVersion: 1,
			runId,
			identity,
			profile: 'smoke',
			methodModule: null,
			methodSourceFiles: methodSourceFiles(loaded.file),
			dataSet: { name: dataSet.name, digest: dataSet.digest, source: 'shapes' },
			protocol,
			machine: { host: hostname(), processor: 'a processor', cores: 2 },
			command: [
				'train',
				...Object.entries(run.options ?? {}).flatMap(([key, value]) => ['--option', `${key}=${value}`]),
			],
			...run.changeManifest,
		};
		writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
		const last = { done: 'completed', failed: 'failed', interrupted: 'interrupted', started: undefined }[
			state
		];
		const events = [
			{ time: 1000, event: 'started' },
			...(run.events ?? []),
			...(last === undefined
				? []
				: [{ time: 90_000, event: last, message: 'the loss is NaN', trainingMs: 60_000, totalMs: 80_000 }]),
		];
		writeFileSync(
			path.join(folder, 'events.jsonl'),
			events.map(event => `${JSON.stringify(event)}\n`).join(''),
		);
		if (state === 'done')
			writeFileSync(path.join(folder, 'result.json'), JSON.stringify(wholeResult(runId, protocol)));
	}
	const schemaVersion = runs.some(({ recorded }) => recorded) ? 2 : 1;
	const grid = { schemaVersion, suite, runs: listed };
	writeFileSync(path.join(out, 'grid.json'), JSON.stringify(grid));
	return { out, folders };
}
