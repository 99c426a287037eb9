import type { GridContents } from '../harness/check/read-grid.ts';
import { isManifest } from '../harness/check/read-manifest.ts';
import { groupBy } from '../harness/check/rule.ts';
import { summarise } from '../harness/statistics/summarise.ts';
import { readResults } from '../reference/results.ts';
import { type DataFacts, dataFacts, noFacts, whyNotImageNet } from './data-facts.ts';
import { formatDifference } from './format.ts';
import { fewestSeeds, margin, paperProfile, type Verdict } from './judge.ts';
import type { TextTable } from './report-schema.ts';

/** Held-out errors of one classifier, in [0, 1]. */
interface Measured {
	/** Profile and data set. */
	readonly conditions: string;
	/** Of the data. */
	readonly digest: string;
	/** Why it does not compare with the paper's; null if it does. */
	readonly obstacle: string | null;
	/** Per cent of the labels. */
	readonly fraction: string;
	readonly top1: number;
	readonly top5: number;
}

type Data = { readonly name: string; readonly digest: string } & DataFacts;

const fractions = ['5', '10', '20'] as const;
const rowNames = { top1Error: 'Top-1', top5Error: 'Top-5' } as const;

/**
 * Table 3: held-out errors, in per cent, of the classifiers that label the other images, each classifier once, however
 * many runs share it. Ours with n, the difference and a verdict; lower is better. The paper prints no spread: its number
 * counts as exact.
 */
export function classifierTable(contents: Pick<GridContents, 'classifiers' | 'finished'>): TextTable {
	const { caption, rows } = readResults().table3;
	const measured = measuredOf(contents);
	const conditions = [...groupBy(measured, entry => `${entry.conditions} ${entry.digest}`).values()].map(
		entries => [entries[0]!.conditions, entries] as const,
	);
	const problem = 'problem' in contents.classifiers ? contents.classifiers.problem : null;
	const none = 'No pre-trained classifier here has recorded its errors.';
	const others = conditions.flatMap(([name, [first]]) =>
		first!.obstacle === null ? [] : [`${name} (${first!.obstacle})`],
	);
	const notes = [
		...(problem === null ? [] : [`${problem}.`]),
		...(measured.length === 0 ? [none] : []),
		...(others.length === 0
			? []
			: [
					`Ours with ${others.join(', ')}: not comparable with the paper’s, whose data are ImageNet at 128×128.`,
				]),
	];
	return {
		number: 3,
		caption,
		note: notes.length === 0 ? null : notes.join(' '),
		columns: ['error', ...fractions.flatMap(fraction => [`${fraction} %`, `paper ${fraction} %`])],
		rows: (conditions.length === 0 ? [['', []] as const] : conditions).flatMap(([name, entries]) =>
			rows.map(row => [
				conditions.length > 1 ? `${rowNames[row.metric]}, ${name}` : rowNames[row.metric],
				...fractions.flatMap(fraction => {
					const paper = row[fraction].value;
					const found = entries.filter(entry => entry.fraction === fraction);
					const values = found.map(entry => 100 * entry[row.metric === 'top1Error' ? 'top1' : 'top5']);
					return [cellOf(values, paper, found[0]?.obstacle === null), paper.toFixed(2)];
				}),
			]),
		),
	};
}

/** From the records of the classifiers themselves; where only run folders are there, from their manifests. */
function measuredOf(contents: Pick<GridContents, 'classifiers' | 'finished'>): Measured[] {
	const { classifiers, finished } = contents;
	const facts = dataFacts(contents);
	const factsOf = ({ digest }: { readonly digest: string }): DataFacts => facts.get(digest) ?? noFacts;
	const records = 'problem' in classifiers ? [] : classifiers;
	if (records.length > 0) {
		return records.flatMap(({ profile, dataSet, labelFraction, heldOut }) =>
			heldOut === null
				? []
				: [describe(profile, { ...dataSet, ...factsOf(dataSet) }, labelFraction, heldOut)],
		);
	}

	const ofClassifiers = new Map<string, Measured>();
	for (const { manifest, result, run } of finished) {
		const labels = isManifest(manifest) ? manifest.preparedLabels : undefined;
		const errors = labels?.errors?.heldOut;
		if (errors == null || result.labelFraction === null) continue;
		const { profile, dataSet, labelFraction } = result;
		ofClassifiers.set(
			labels?.labelsDigest ?? run.runId,
			describe(profile, { ...dataSet, ...factsOf(dataSet) }, labelFraction, errors),
		);
	}

	return [...ofClassifiers.values()];
}

function describe(
	profile: string,
	dataSet: Data,
	labelFraction: number,
	{ top1, top5 }: { readonly top1: number; readonly top5: number },
): Measured {
	return {
		conditions: `profile ${profile} on ${dataSet.name}`,
		digest: dataSet.digest,
		obstacle: obstacleOf(profile, dataSet),
		fraction: `${Number((labelFraction * 100).toPrecision(6))}`,
		top1,
		top5,
	};
}

function obstacleOf(profile: string, dataSet: Data): string | null {
	if (profile !== paperProfile) return `profile ${profile} instead of ${paperProfile}`;
	return whyNotImageNet(dataSet.name, dataSet);
}

function cellOf(values: readonly number[], paper: number, comparable: boolean): string {
	if (values.length === 0) return 'not run';
	const { median, n, tInterval95: interval } = summarise(values);
	const number = `${median.toFixed(2)} (n = ${n}`;
	if (!comparable) return `${number}; not comparable)`;
	let verdict: Verdict = 'inconclusive';
	if (interval !== null && n >= fewestSeeds) {
		const [low, high] = [interval.low - paper, interval.high - paper];
		if (Math.max(Math.abs(low), Math.abs(high)) <= margin * paper) verdict = 'reproduced';
		else if (low > 0) verdict = 'worse';
		else if (high < 0) verdict = 'better (explain)';
	}

	return `${number}; ${formatDifference(median - paper)}; ${verdict})`;
}
