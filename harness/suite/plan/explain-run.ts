import { existsSync } from 'node:fs';
import path from 'node:path';
import { ActionableError, UsageError } from '../../errors.ts';
import { listIfThere } from '../../read-if-there.ts';
import { gridFileIn } from '../../run/grid-file.ts';
import type { Grid } from '../../run/records.ts';
import { fileNames, percentage, type RunState, type RunStatus, readRunState } from '../../run/run-folder.ts';
import { compareIdentities, type IdentityDifference, type IdentitySide } from './compare-identities.ts';
import { gridOf, nextCommand, samePlace } from './next-command.ts';
import { type PresentIdentity, presentIdentity } from './present-identity.ts';
import { type RecordedRun, readRecordedRun } from './recorded-run.ts';

/** Why a run is as it is. */
export interface RunExplanation {
	readonly folder: string;
	/** Null if it was never started and no grid lists it. */
	readonly runId: string | null;
	/** For people: `s3gan, 10 % labels, seed 1`. */
	readonly run: string;
	/** `stale`: it has a result, which other source, options, data or back end made. */
	readonly state: RunState | 'stale';
	/** One sentence. */
	readonly reason: string;
	/** What the present code, options and back end would make otherwise. */
	readonly differences: readonly IdentityDifference[];
	/** What was not compared, and why. */
	readonly unknown: readonly string[];
	/** What to do next; null if there is nothing to do. */
	readonly next: string | null;
}

type GridRun = Grid['runs'][number];

const sideOf = (recorded: RecordedRun): IdentitySide => ({
	identity: recorded.identity,
	sourceFiles: recorded.methodSourceFiles ?? null,
	protocolDetails: recorded.protocol?.details ?? null,
});

/**
 * The folder that a person means: a run folder, or `OUT/ID` with the start of a run's ID.
 *
 * @throws UsageError if there is no such run, with those that there are
 */
export function findRunFolder(given: string): string {
	const folder = path.resolve(given);
	if (existsSync(gridFileIn(folder))) {
		throw new UsageError(
			`${given} is a grid, not a run`,
			`give one of its runs, for example ${path.join(given, exampleOf(folder))}; \`plan\` explains all of them`,
		);
	}
	if (existsSync(folder)) return folder;
	const [out, name] = [path.dirname(folder), path.basename(folder)];
	const parents = [out, path.dirname(out)].filter(each => existsSync(gridFileIn(each)));
	for (const parent of parents) {
		const runs = path.join(parent, 'runs');
		const listed = gridOf(path.join(runs, name))?.grid.runs.map(run => path.join(parent, run.folder)) ?? [];
		const present = listIfThere(runs).map(each => path.join(runs, each));
		const matching = [...new Set([...listed, ...present])].filter(
			each => path.basename(each) === name || (name.length >= 4 && path.basename(each).includes(`-${name}`)),
		);
		if (matching.length === 1) return matching[0]!;
		if (matching.length > 1) {
			throw new UsageError(
				`${given}: ${matching.length} runs have that in their name`,
				`one of ${matching
					.slice(0, 5)
					.map(each => path.basename(each))
					.join(', ')}${matching.length > 5 ? ', …' : ''}`,
			);
		}
	}
	throw new UsageError(
		`${given}: there is no such run`,
		'give a run folder, OUT/runs/NAME, or OUT/ID with the ID of a run',
	);
}

function exampleOf(out: string): string {
	const [first] = listIfThere(path.join(out, 'runs'));
	return path.join('runs', first ?? 'NAME');
}

const inWords = (run: { method: string; labelFraction: number | null; seed: number }): string =>
	`${run.method}, ${run.labelFraction === null ? 'no labels' : `${percentage(run.labelFraction)} % labels`}, seed ${run.seed}`;

/**
 * Explains one run folder.
 *
 * @param readData digests the data set of the run as it is now; without, the data count as unchanged
 */
export async function explainRun(
	folder: string,
	readData?: (recorded: RecordedRun) => Promise<{ name: string; digest: string; testCount: number }>,
): Promise<RunExplanation> {
	const place = gridOf(folder);
	const listed = place?.grid.runs.find(run => path.join(place.out, run.folder) === folder);
	const recorded = readRecordedRun(folder);
	const status = readRunState(folder);
	const command = nextCommand(place, recorded, listed);
	if (!recorded) {
		const run = listed ? inWords(listed) : path.basename(folder);
		const reason = listed
			? 'the grid lists it, and it was never started'
			: 'there is no manifest in the folder: it is no run, or it ended before it began';
		const state = status.state === 'done' ? 'done' : status.state;
		return {
			folder,
			run,
			runId: listed?.runId ?? null,
			state,
			reason,
			differences: [],
			unknown: [],
			next: command,
		};
	}

	const { labelList, collapse } = recorded.identity;
	let present: PresentIdentity = { identity: { labelList, collapse }, unknown: [] };
	const problems: IdentityDifference[] = [];
	try {
		const dataSet = readData && (await readData(recorded));
		const inPlace = listed ?? place?.grid.runs.findLast(run => samePlace(run, recorded));
		present = await presentIdentity(recorded, {
			...{ out: place?.out, suite: place?.grid.suite, dataSet },
			given: inPlace?.options,
		});
	} catch (error) {
		if (!(error instanceof ActionableError)) throw error;
		problems.push({ field: 'present', words: `it cannot be made again as it was: ${error.message}` });
	}
	const differences = [...problems, ...compareIdentities(sideOf(recorded), present)];
	const successor = place?.grid.runs.find(run => samePlace(run, recorded) && run.runId !== recorded.runId);
	const base = {
		folder,
		runId: recorded.runId,
		run: inWords(recorded.identity),
		differences,
		unknown: present.unknown,
	};
	return {
		...base,
		...judge({
			status,
			differences,
			listed: listed !== undefined,
			inGrid: place !== undefined,
			successor,
			command,
		}),
	};
}

function judge({
	status,
	differences,
	listed,
	inGrid,
	successor,
	command,
}: {
	readonly status: RunStatus;
	readonly differences: readonly IdentityDifference[];
	readonly listed: boolean;
	readonly inGrid: boolean;
	readonly successor: GridRun | undefined;
	readonly command: string;
}): Pick<RunExplanation, 'state' | 'reason' | 'next'> {
	const { state, reason, damagedResult } = status;
	const changed = differences.length > 0;
	const replaced = successor
		? `the grid has run ${successor.runId} in its place`
		: 'the grid no longer lists it';
	const stale = changed || (inGrid && !listed);
	if (state === 'done' && stale) {
		const why =
			inGrid && !listed
				? replaced
				: 'it was made by other code, options, data or back end than the present ones';
		return {
			state: 'stale',
			reason: `it has a result, but ${why}; tables leave it out`,
			next: changed ? command : null,
		};
	}
	if (state === 'done')
		return { state, reason: 'its result is there, and the present code would make the same run', next: null };
	if (state === 'running') return { state, reason, next: null };
	const renewed = changed ? ' The same command would start a new run: its identity has changed.' : '';
	const words: Record<Exclude<RunState, 'done' | 'running'>, string> = {
		failed: `it failed: ${reason.split('\n')[0]}.`,
		interrupted: `it was ${reason}.`,
		lost: damagedResult
			? `${reason}.`
			: 'it was started, and its process died without a word: killed, out of memory, or the machine went down.',
		missing: 'it was never started.',
	};
	return { state, reason: `${words[state]}${renewed}`, next: `${command} goes on with it` };
}

/**
 * In what two runs differ.
 *
 * @throws UsageError if one has no manifest
 */
export function compareRuns(first: string, second: string): readonly IdentityDifference[] {
	const [before, after] = [first, second].map(folder => {
		const recorded = readRecordedRun(folder);
		if (recorded) return recorded;
		throw new UsageError(`${folder}: there is no ${fileNames.manifest} in it`, 'give two run folders');
	});
	return compareIdentities(sideOf(before!), sideOf(after!));
}
