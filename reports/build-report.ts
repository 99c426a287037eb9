import type { Compliance, Finding } from '../harness/check/check-grid.ts';
import type { FinishedRun, GridContents } from '../harness/check/read-grid.ts';
import { isManifest } from '../harness/check/read-manifest.ts';
import { cellKey, groupBy } from '../harness/check/rule.ts';
import { waiverInWords } from '../harness/check/waivers.ts';
import { architectureTables } from './architecture-tables.ts';
import { buildGroup } from './build-group.ts';
import { createSourceComparison } from './changed-source.ts';
import { classifierTable } from './classifier-table.ts';
import { dataFacts, noFacts } from './data-facts.ts';
import { findEffects } from './effects.ts';
import { environmentsOf } from './environments.ts';
import { reasonsNotComparable } from './judge.ts';
import { methodsTable } from './method-tables.ts';
import { paperRowsOutside } from './paper-rows.ts';
import { paperTables } from './paper-tables.ts';
import type { Group, Report, Setting } from './report-schema.ts';
import { readSharedTrainings } from './shared-training.ts';

type GridRun = GridContents['grid']['runs'][number];
type Conditions = Pick<Setting, 'profile' | 'dataSet' | 'steps' | 'protocol' | 'obstacles'>;

/** Findings that a report lists; the counts by rule are complete. */
const mostFindings = 200;

/** Groups the runs of a grid into the cells of the paper's tables and judges each. */
export function buildReport(contents: GridContents, compliance: Compliance): Report {
	const { grid, finished, holes, stale } = contents;
	const settings = buildSettings(contents, compliance.findings);
	const groups = settings.flatMap(setting => setting.groups);
	const counts = [...groupBy(grid.runs, ({ method }) => method)].map(([method, runs]) => ({
		method,
		title: runs[0]!.title,
		planned: runs.length,
		finished: finished.filter(({ run }) => run.method === method).length,
	}));
	return {
		schemaVersion: 1,
		suite: grid.suite,
		complete: holes.length === 0,
		runs: {
			total: grid.runs.length,
			finished: finished.length,
			failed: holes.filter(({ state }) => state === 'failed').length,
			collapsed: groups.reduce((sum, { runs }) => sum + runs.filter(run => run.collapsed !== null).length, 0),
		},
		settings,
		methods: methodsTable(counts),
		classifier: classifierTable(contents),
		architecture: architectureTables(),
		holes: holes.map(({ run: { runId: _, dataSet: __, ...run }, state, reason }) => ({
			...run,
			state,
			reason,
		})),
		stale,
		outside: paperRowsOutside(groups),
		compliance: {
			edition: compliance.edition,
			rules: compliance.rules,
			findings: compliance.findings
				.slice(0, mostFindings)
				.map(({ rule, verdict, place, expected, actual, waiver }) => ({
					rule,
					verdict,
					place,
					expected,
					actual,
					waiver,
				})),
			omitted: Math.max(0, compliance.findings.length - mostFindings),
			waivers: contents.waivers.map(waiver => ({
				rule: waiver.rule,
				where:
					Object.entries(waiver.where)
						.map(([key, value]) => `${key} ${value}`)
						.join(', ') || 'everywhere',
				words: waiverInWords(waiver),
				used: !compliance.unusedWaivers.includes(waiver),
			})),
		},
		environments: environmentsOf(finished),
		sharedTrainings: readSharedTrainings(contents.folder),
	};
}

interface Draft {
	readonly conditions: Conditions;
	readonly groups: Array<{ readonly order: number; readonly group: Group }>;
}

/** Results of one cell under two protocols, or of two versions of the data, never meet in one group. */
function buildSettings(contents: GridContents, findings: readonly Finding[]): Setting[] {
	const { grid, finished, holes } = contents;
	const facts = dataFacts(contents);
	const finishedOfCell = groupBy(finished, ({ run }) => cellKey(run));
	const failedOfCell = groupBy(
		holes.filter(({ state }) => state === 'failed'),
		({ run }) => cellKey(run),
	);
	const waivedOfPlace = groupBy(
		findings.filter(({ verdict }) => verdict === 'waived'),
		({ where }) => placeKey(where),
	);
	const compareSource = createSourceComparison();
	const { sources, modules } = placesOf(finished);
	const drafts = new Map<string, Draft>();
	const draftOf = (key: string, conditions: Conditions): Draft => {
		const draft = drafts.get(key) ?? { conditions, groups: [] };
		drafts.set(key, draft);
		return draft;
	};
	const common = (key: string, planned: readonly GridRun[]) => ({
		planned,
		failed: failedOfCell.get(key)?.length ?? 0,
		suite: grid.suite,
		// What is waived of one run is no matter of the same method under other conditions.
		waived: (waivedOfPlace.get(placeKey(planned[0]!)) ?? []).filter(
			({ where }) => where.runId === undefined || planned.some(({ runId }) => runId === where.runId),
		),
		compareSource,
		source: sources.get(planned[0]!.dataSet),
		methodModule: modules.get(planned[0]!.method),
	});

	const cells = [...groupBy(grid.runs, cellKey)];
	for (const [order, [key, planned]] of cells.entries()) {
		for (const runs of groupBy(finishedOfCell.get(key) ?? [], conditionsKey).values()) {
			const conditions = conditionsOf(runs[0]!, facts);
			const group = buildGroup({ ...common(key, planned), finished: runs, obstacles: conditions.obstacles });
			draftOf(conditionsKey(runs[0]!), conditions).groups.push({ order, group });
		}
	}

	// A cell without results belongs to the first table that was made for its profile, data and steps.
	for (const [order, [key, planned]] of cells.entries()) {
		if (finishedOfCell.has(key)) continue;
		const { profile, dataSet, steps } = planned[0]!;
		const draft =
			[...drafts.values()].find(
				({ conditions }) =>
					conditions.profile === profile && conditions.dataSet.name === dataSet && conditions.steps === steps,
			) ??
			draftOf(JSON.stringify([profile, dataSet, steps]), {
				profile,
				dataSet: { name: dataSet, digest: null, ...noFacts },
				steps,
				protocol: null,
				obstacles: [],
			});
		const group = buildGroup({ ...common(key, planned), finished: [], obstacles: [] });
		draft.groups.push({ order, group });
	}

	return [...drafts.values()].map(({ conditions, groups: unsorted }) => {
		const groups = unsorted.sort((first, second) => first.order - second.order).map(({ group }) => group);
		return { ...conditions, groups, tables: paperTables(groups), effects: findEffects(groups) };
	});
}

/** Where data lie, by their name, and modules of methods, by theirs: cells without results go by the others. */
function placesOf(finished: readonly FinishedRun[]) {
	const sources = new Map<string, string>();
	const modules = new Map<string, string | null>();
	for (const { run, manifest } of finished) {
		if (!isManifest(manifest)) continue;
		const { source } = manifest.dataSet;
		if (source !== undefined) sources.set(run.dataSet, source);
		modules.set(run.method, manifest.methodModule ?? null);
	}

	return { sources, modules };
}

const placeKey = ({ method, labelFraction }: Pick<GridRun, 'method' | 'labelFraction'>): string =>
	JSON.stringify([method, labelFraction]);

function conditionsKey({ result: { profile, dataSet, steps, protocol } }: FinishedRun): string {
	return JSON.stringify([profile, dataSet.digest, steps, protocol.fingerprint]);
}

function conditionsOf({ result }: FinishedRun, facts: ReturnType<typeof dataFacts>): Conditions {
	const { profile, steps, protocol } = result;
	const dataSet = { ...result.dataSet, ...(facts.get(result.dataSet.digest) ?? noFacts) };
	const obstacles = reasonsNotComparable({ profile, dataSet, steps, protocol });
	return { profile, dataSet, steps, protocol, obstacles };
}
