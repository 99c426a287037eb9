import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { identifyRun } from '../../../harness/run/identify-run.ts';
import { runIdOf } from '../../../harness/run/identity.ts';
import { runFolderName } from '../../../harness/run/run-folder.ts';
import { methodSourceFiles } from '../../../harness/run/source-digest.ts';
import { expandCells } from '../../../harness/suite/cells.ts';
import { findProfile } from '../../../harness/suite/profiles.ts';
import { loadBuiltInMethods, parseMethodOptions } from '../../../methods/registry.ts';
import { wholeResult } from '../../../test/harness/run/make-result.ts';

/** The grid that `makeFolders` makes, as options of the command line. */
export interface MadeFolders {
	readonly out: string;
	readonly runs: number;
	/** For `plan`. */
	readonly options: readonly string[];
}

const dataSet = { name: 'shapes-32', digest: 'd'.repeat(64), testCount: 500 };
const labels = [0.05, 0.1, 0.2, 1];

/**
 * Writes an output folder of the smoke suite as it may look in the middle: of ten runs six are done, and one each is
 * stale, failed, lost and missing; every one that began has 200 log lines.
 *
 * @param count runs, rounded down to whole seeds
 */
export async function makeFolders(count: number): Promise<MadeFolders> {
	const out = mkdtempSync(path.join(tmpdir(), 'plan-bench-'));
	const profile = findProfile('smoke');
	const steps = 400;
	const methods = (await loadBuiltInMethods()).map(({ method }) => method.name);
	const cellsOf = (seeds: readonly number[]) =>
		expandCells({
			rows: methods.map(method => ({ method, labelFractions: labels })),
			seeds,
			options: new Map(),
		});
	const perSeed = (await cellsOf([1])).length;
	const seeds = Array.from({ length: Math.floor(count / perSeed) }, (_, index) => index + 1);
	const line = (step: number): string =>
		JSON.stringify({
			time: 1_000_000 + step * 500,
			...{
				event: 'metrics',
				step,
				losses: { 'discriminator.total': 1 + 1 / step, 'generator.total': 0.5 / step },
			},
		});
	const log = Array.from({ length: 200 }, (_, index) => line(2 * (index + 1))).join('\n');
	const files = new Map<string, Record<string, string>>();
	const listed = (await cellsOf(seeds)).map((cell, index) => {
		const { loaded, labelFraction, seed } = cell;
		const settings = profile.settings(steps);
		const { runId, identity, protocol } = identities(cell, settings, index % 10 === 6);
		const name = runFolderName({ method: loaded.method.name, labelFraction, seed, runId });
		const folder = path.join(out, 'runs', name);
		const record = {
			...{ runId, folder: path.join('runs', name), method: loaded.method.name, title: loaded.method.title },
			...{ labelFraction, seed, profile: 'smoke', dataSet: dataSet.name, steps },
		};
		const kind = index % 10;
		if (kind === 9) return record;
		mkdirSync(folder, { recursive: true });
		const sources = files.get(loaded.file) ?? methodSourceFiles(loaded.file);
		files.set(loaded.file, sources);
		const manifest = {
			...{ schemaVersion: 1, runId, identity, profile: 'smoke', methodSourceFiles: sources, protocol },
			dataSet: { name: dataSet.name, digest: dataSet.digest, source: 'shapes' },
			command: ['train'],
		};
		writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
		const end = { 7: { time: 9e5, event: 'failed', message: 'the loss is NaN' }, 8: undefined }[kind as 7] as
			| object
			| undefined;
		const last = kind < 7 ? { time: 2e6, event: 'completed', trainingMs: 200_000, totalMs: 220_000 } : end;
		const ends = last ? `${JSON.stringify(last)}\n` : '';
		writeFileSync(path.join(folder, 'events.jsonl'), `{"time":1,"event":"started"}\n${log}\n${ends}`);
		if (kind < 7) {
			writeFileSync(path.join(folder, 'result.json'), JSON.stringify(wholeResult(runId, protocol)));
		} else {
			const progress = {
				schemaVersion: 1,
				runId,
				step: 400,
				steps,
				startedAt: 1,
				updatedAt: 2,
				secondsPerStep: 0.5,
			};
			writeFileSync(
				path.join(folder, 'progress.json'),
				JSON.stringify({ ...progress, phase: 'training', host: 'node', pid: 1 }),
			);
		}
		return record;
	});
	writeFileSync(
		path.join(out, 'grid.json'),
		JSON.stringify({ schemaVersion: 1, suite: 'smoke', runs: listed }),
	);
	const options = [
		...['--suite', 'smoke', '--out', out, '--steps', String(steps)],
		...['--labels', labels.join(','), '--seeds', seeds.join(',')],
	];
	return { out, runs: listed.length, options };
}

/** One identity for all seeds of a cell, so that ten thousand do not read the source ten thousand times. */
const known = new Map<string, ReturnType<typeof identifyRun>>();

function identities(
	{ loaded, labelFraction, seed, options }: Awaited<ReturnType<typeof expandCells>>[number],
	settings: ReturnType<ReturnType<typeof findProfile>['settings']>,
	stale: boolean,
): ReturnType<typeof identifyRun> {
	const key = `${loaded.method.name} ${labelFraction}`;
	const first =
		known.get(key) ??
		identifyRun({
			...{ loaded, settings, labelFraction, dataSet, seed: 1, evaluator: 'proxy', preparedLabels: null },
			options: parseMethodOptions(loaded.method, options),
			networkFingerprint: 'e'.repeat(64),
		});
	known.set(key, first);
	const identity = { ...first.identity, seed, ...(stale ? { methodSource: 'a'.repeat(64) } : {}) };
	return { ...first, identity, runId: runIdOf(identity) };
}
