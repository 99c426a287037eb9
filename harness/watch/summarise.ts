import path from 'node:path';
import { readTextIfThere } from '../read-if-there.ts';
import { fileNames } from '../run/run-folder.ts';
import { median } from '../statistics/median.ts';
import { makespan } from '../suite/plan/schedule.ts';
import type { WatchedGrid, WatchedRun } from './scan-runs.ts';

export type WatchState = WatchedRun['state'] | 'stale';

/** What a look at a grid comes to. */
export interface WatchSummary {
	readonly counts: Readonly<Partial<Record<WatchState, number>>>;
	readonly total: number;
	/** Part of the work that is done, in [0, 1], by steps. */
	readonly fraction: number;
	/** The running run with the longest steps; null if none has a speed yet. */
	readonly slowest: { readonly runId: string; readonly name: string; readonly secondsPerStep: number } | null;
	/** Seconds until the last run ends if as many run as do now; null if nothing runs, or no speed is known. */
	readonly secondsLeft: number | null;
}

/** For people: `s3gan 10 % seed 1`. */
export function nameOf({ listed, folder }: WatchedRun): string {
	if (!listed) return path.basename(folder);
	const { method, labelFraction, seed } = listed;
	const labels = labelFraction === null ? '' : ` ${Number((labelFraction * 100).toPrecision(6))} %`;
	return `${method}${labels} seed ${seed}`;
}

const part = ({ state, progress }: WatchedRun): number =>
	state === 'done' ? 1 : progress && state !== 'missing' ? progress.step / progress.steps : 0;

/** Runs of which the duration is read: enough for a median. */
const mostDurations = 5;

/** Seconds that finished runs took from training to result, at most some of them. */
function durationsOf(runs: readonly WatchedRun[]): number[] {
	const durations: number[] = [];
	for (const { state, folder } of runs) {
		if (state !== 'done') continue;
		const last = readTextIfThere(path.join(folder, fileNames.events))?.trimEnd().split('\n').at(-1) ?? '';
		const totalMs = /"event":"completed".*"totalMs":(?<totalMs>\d+)/u.exec(last)?.groups?.totalMs;
		if (totalMs !== undefined) durations.push(Number(totalMs) / 1000);
		if (durations.length === mostDurations) break;
	}
	return durations;
}

/**
 * Counts states, finds the slowest run, and forecasts the end: each open run takes what its own speed says, or the
 * median of the others.
 *
 * @param stale words by run ID, for runs with a result that the present code would not make
 */
export function summarise(
	{ runs }: Pick<WatchedGrid, 'runs'>,
	stale: ReadonlyMap<string, string> = new Map(),
): WatchSummary {
	const counts: Partial<Record<WatchState, number>> = {};
	for (const { runId, state } of runs) {
		const shown: WatchState = state === 'done' && stale.has(runId) ? 'stale' : state;
		counts[shown] = (counts[shown] ?? 0) + 1;
	}
	const running = runs.filter(({ state }) => state === 'running');
	const timed = running.filter(({ progress }) => progress?.secondsPerStep != null);
	const [slowest] = [...timed].sort((a, b) => b.progress!.secondsPerStep! - a.progress!.secondsPerStep!);
	const whole = durationsOf(runs);
	if (whole.length === 0) {
		whole.push(...timed.map(({ progress }) => progress!.secondsPerStep! * progress!.steps));
	}
	const usual = whole.length === 0 ? null : median(whole);
	const left = runs
		.filter(({ state }) => state !== 'done' && state !== 'failed' && state !== 'unreadable')
		// Those that run hold their slots; the others follow.
		.sort((a, b) => Number(b.state === 'running') - Number(a.state === 'running'))
		.map(run => {
			const { progress } = run;
			const own = progress?.secondsPerStep;
			if (own != null) return own * (progress!.steps - progress!.step);
			return usual === null ? null : usual * (1 - part(run));
		});
	const known = left.every(seconds => seconds !== null) && running.length > 0;
	return {
		counts,
		total: runs.length,
		fraction: runs.length === 0 ? 0 : runs.reduce((sum, run) => sum + part(run), 0) / runs.length,
		slowest: slowest
			? { runId: slowest.runId, name: nameOf(slowest), secondsPerStep: slowest.progress!.secondsPerStep! }
			: null,
		secondsLeft: known
			? makespan(
					left.map(seconds => ({ seconds: seconds!, after: [] })),
					running.length,
				)
			: null,
	};
}
