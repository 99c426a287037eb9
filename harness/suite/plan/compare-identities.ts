import { canonicalJson } from '../../canonical-json.ts';
import { percentage } from '../../run/run-folder.ts';
import type { RecordedRun } from './recorded-run.ts';

/** One side of a comparison: what decides the numbers of a run, as far as it is known. Unknown fields do not differ. */
export interface IdentitySide {
	readonly identity: Partial<RecordedRun['identity']>;
	/** Digest of each source file of the method by name; null if it was not recorded. */
	readonly sourceFiles?: Readonly<Record<string, string>> | null;
	/** What the fingerprint of the protocol covers; null if it was not recorded. */
	readonly protocolDetails?: Readonly<Record<string, unknown>> | null;
}

/** One thing in which two sides differ. */
export interface IdentityDifference {
	/** Field of the identity, with the name of what is inside of it: `options.temperature`. */
	readonly field: string;
	/** For people, one line. */
	readonly words: string;
}

const short = (value: unknown): string => {
	if (value === undefined || value === null) return 'none';
	const text = typeof value === 'string' ? value : JSON.stringify(value);
	return /^[0-9a-f]{32,}$/u.test(text) ? `${text.slice(0, 12)}…` : text;
};
const change = (before: unknown, after: unknown): string => `${short(before)} → ${short(after)}`;
const differs = (first: unknown, second: unknown): boolean =>
	canonicalJson(first ?? null) !== canonicalJson(second ?? null);

/** Keys of either side whose values differ. */
function changedKeys(
	before: Readonly<Record<string, unknown>>,
	after: Readonly<Record<string, unknown>>,
): string[] {
	const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
	return [...keys].filter(key => differs(before[key], after[key])).sort();
}

function sourceWords(before: IdentitySide['sourceFiles'], after: IdentitySide['sourceFiles']): string {
	const start = 'source of the method, its networks or the training loop';
	if (!before || !after) return `${start}: changed; the run is too old to say which file`;
	const files = changedKeys(before, after).map(name => {
		if (before[name] === undefined) return `${name} (new)`;
		return after[name] === undefined ? `${name} (gone)` : name;
	});
	return files.length === 0 ? `${start}: changed` : `${start}: ${files.join(', ')} changed`;
}

const wordsOf: Readonly<Record<string, string>> = {
	dataSet: 'data: digest',
	preparedLabels: 'labels made for the run: digest',
	labelList: 'list of labelled images:',
	backend: 'numeric back end:',
	seed: 'seed',
	method: 'method',
	formatVersion: 'format version',
};

/** The labelled images are a random part of every class then; what is not finite alone ends a training. */
const sayingByAbsence = ['labelList', 'collapse'];

/** `stop, evaluated every 100 steps`. */
function collapseWords(collapse: RecordedRun['identity']['collapse']): string {
	if (!collapse) return 'none';
	const { action, evaluateEvery } = collapse;
	return evaluateEvery === null ? action : `${action}, evaluated every ${evaluateEvery} steps`;
}

/**
 * In what two sides differ, field by field, in words: `option clusters 50 → 100`. The first side is the older one.
 */
export function compareIdentities(before: IdentitySide, after: IdentitySide): readonly IdentityDifference[] {
	const differences: IdentityDifference[] = [];
	const add = (field: string, words: string): void => void differences.push({ field, words });
	const known = [...new Set([...Object.keys(before.identity), ...sayingByAbsence])].filter(
		field => sayingByAbsence.includes(field) || field in after.identity,
	) as (keyof RecordedRun['identity'])[];
	for (const field of known) {
		const [first, second] = [before.identity[field], after.identity[field]];
		if (!differs(first, second)) continue;
		if (field === 'methodSource') {
			add(field, sourceWords(before.sourceFiles, after.sourceFiles));
		} else if (field === 'options' || field === 'settings') {
			const [ours, theirs] = [first, second] as Record<string, unknown>[];
			for (const key of changedKeys(ours!, theirs!)) {
				const word = field === 'options' ? 'option' : 'setting';
				add(`${field}.${key}`, `${word} ${key} ${change(ours![key], theirs![key])}`);
			}
		} else if (field === 'collapse') {
			const [ours, theirs] = [before, after].map(({ identity }) => collapseWords(identity.collapse));
			const words = ours === theirs ? 'its rules have changed' : `${ours} → ${theirs}`;
			add(field, `what ends a training early: ${words}`);
		} else if (field === 'labelFraction') {
			const words = (value: unknown): string => (value === null ? 'none' : `${percentage(Number(value))} %`);
			add(field, `labels ${words(first)} → ${words(second)}`);
		} else if (field === 'protocol') {
			const details =
				before.protocolDetails &&
				after.protocolDetails &&
				changedKeys(before.protocolDetails, after.protocolDetails);
			if (!details || details.length === 0) add(field, `measuring protocol: ${change(first, second)}`);
			for (const key of details || []) {
				// The data set is a field of its own.
				if (key === 'dataSetDigest' && known.includes('dataSet')) continue;
				const values = change(before.protocolDetails![key], after.protocolDetails![key]);
				add(`protocol.${key}`, `measuring protocol: ${key} ${values}`);
			}
		} else {
			add(field, `${wordsOf[field] ?? field} ${change(first, second)}`);
		}
	}
	return differences;
}
