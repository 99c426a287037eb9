import { fileNames } from '../run/run-folder.ts';
import type { FinishedRun, GridContents } from './read-grid.ts';
import { isManifest } from './read-manifest.ts';
import { placeOfRun, type Rule, type Violation } from './rule.ts';
import { ruleEdition } from './rule-names.ts';
import { cleanTree } from './rules/clean-tree.ts';
import { events } from './rules/events.ts';
import { finite } from './rules/finite.ts';
import { gridComplete } from './rules/grid-complete.ts';
import { identity } from './rules/identity.ts';
import { labels } from './rules/labels.ts';
import { parameters } from './rules/parameters.ts';
import { protocol } from './rules/protocol.ts';
import { recordsReadable } from './rules/records-readable.ts';
import { seeds } from './rules/seeds.ts';
import { settings } from './rules/settings.ts';
import { software } from './rules/software.ts';
import { steps } from './rules/steps.ts';
import { type Waiver, waiverInWords } from './waivers.ts';

/** All rules, in the order of `ruleNames`. */
export const rules: readonly Rule[] = [
	gridComplete,
	recordsReadable,
	seeds,
	identity,
	events,
	finite,
	steps,
	parameters,
	settings,
	protocol,
	labels,
	software,
	cleanTree,
];

const verdicts = ['failed', 'waived', 'not checked'] as const;

/** One departure from a rule with what became of it. */
export interface Finding extends Violation {
	readonly rule: Rule['name'];
	readonly verdict: (typeof verdicts)[number];
	/** Reason, name and date of the waiver; null without one. */
	readonly waiver: string | null;
}

export interface Compliance {
	/** See `ruleEdition`. */
	readonly edition: number;
	/** False if any rule failed without a waiver. */
	readonly ok: boolean;
	readonly rules: ReadonlyArray<{
		readonly name: string;
		readonly summary: string;
		/** Runs that were looked at. */
		readonly checked: number;
		/** Violations without a waiver. */
		readonly failed: number;
	}>;
	/** In the order of the rules; those of one rule failed first, then waived, then not checked. */
	readonly findings: readonly Finding[];
	/** Waivers that excuse nothing: out of date, or mistaken. */
	readonly unusedWaivers: readonly Waiver[];
}

/** Holds every rule against the files of an output folder. */
export async function checkGrid(contents: GridContents): Promise<Compliance> {
	const used = new Set<Waiver>();
	const findings: Finding[] = [];
	for (const rule of rules) {
		const ofRule = [...(await rule.check(contents)), ...withoutRecord(rule, contents)].map(violation => {
			const waiver = violation.notChecked
				? undefined
				: contents.waivers.find(candidate => excuses(candidate, rule, violation));
			if (waiver !== undefined) used.add(waiver);
			return {
				...violation,
				rule: rule.name,
				verdict: violation.notChecked ? 'not checked' : waiver ? 'waived' : 'failed',
				waiver: waiver ? waiverInWords(waiver) : null,
			} as const;
		});
		// Whoever shows the first few shows those that matter most.
		for (const verdict of verdicts) {
			findings.push(...ofRule.filter(finding => finding.verdict === verdict));
		}
	}

	return {
		edition: ruleEdition,
		ok: findings.every(({ verdict }) => verdict !== 'failed'),
		rules: rules.map(({ name, summary }) => {
			const ofRule = findings.filter(finding => finding.rule === name);
			const unchecked = new Set(ofRule.filter(({ notChecked }) => notChecked).map(({ place }) => place));
			return {
				name,
				summary,
				checked: contents.finished.length - unchecked.size,
				failed: ofRule.filter(({ verdict }) => verdict === 'failed').length,
			};
		}),
		findings,
		unusedWaivers: contents.waivers.filter(waiver => !used.has(waiver)),
	};
}

/** Runs of which a rule cannot say anything, because the record that it reads is not there. */
function withoutRecord({ needs }: Rule, { finished }: GridContents): Violation[] {
	const lacks = ({ manifest, events: summary }: FinishedRun): boolean =>
		(needs === 'manifest' && !isManifest(manifest)) || (needs === 'events' && summary === null);
	return finished.filter(lacks).map(({ run }) => ({
		...placeOfRun(run),
		expected: `a readable ${needs === 'manifest' ? fileNames.manifest : fileNames.events}`,
		actual: 'none',
		notChecked: true,
	}));
}

/** A waiver for one seed or run does not excuse a whole cell. */
function excuses(waiver: Waiver, rule: Rule, { where }: Violation): boolean {
	return (
		waiver.rule === rule.name &&
		Object.entries(waiver.where).every(([key, value]) => where[key as keyof typeof where] === value)
	);
}
