import path from 'node:path';
import { digestOf } from '../../canonical-json.ts';
import { ActionableError } from '../../errors.ts';
import type { Grid } from '../../run/records.ts';
import { compareIdentities } from './compare-identities.ts';
import { presentIdentity } from './present-identity.ts';
import { readRecordedRun } from './recorded-run.ts';

/**
 * Runs of a grid that the present code, options or back end would not make as they are, by ID, with what changed.
 * One manifest is read for each method and label fraction; seeds follow from it. Runs without a manifest, and runs
 * of several versions of the code side by side beyond the first two, are left out.
 *
 * @param out output folder
 */
export async function staleRuns(out: string, grid: Grid): Promise<ReadonlyMap<string, string>> {
	const stale = new Map<string, string>();
	const known = new Set<string>();
	const generations = new Map<string, number>();
	const byGroup = new Map<string, Grid['runs']>();
	const groupOf = (run: Grid['runs'][number]): string =>
		`${run.method} ${run.labelFraction} ${run.profile} ${run.steps}`;
	for (const run of grid.runs) {
		const runs = byGroup.get(groupOf(run));
		if (runs) runs.push(run);
		else byGroup.set(groupOf(run), [run]);
	}
	for (const run of grid.runs) {
		const group = groupOf(run);
		if (known.has(run.runId) || (generations.get(group) ?? 0) >= 2) continue;
		try {
			const recorded = readRecordedRun(path.join(out, run.folder));
			if (!recorded) continue;
			generations.set(group, (generations.get(group) ?? 0) + 1);
			const present = await presentIdentity(recorded, { out, suite: grid.suite, given: run.options });
			const side = {
				identity: recorded.identity,
				sourceFiles: recorded.methodSourceFiles ?? null,
				protocolDetails: recorded.protocol?.details ?? null,
			};
			const words = compareIdentities(side, present).map(each => each.words);
			for (const { runId, seed } of byGroup.get(group)!) {
				if (runId !== run.runId && digestOf({ ...recorded.identity, seed }).slice(0, 12) !== runId) continue;
				known.add(runId);
				if (words.length > 0) stale.set(runId, words.join('; '));
			}
		} catch (error) {
			if (!(error instanceof ActionableError)) throw error;
			known.add(run.runId);
			stale.set(run.runId, error.message);
		}
	}
	return stale;
}
