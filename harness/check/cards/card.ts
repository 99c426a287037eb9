import { canonicalJson } from '../../canonical-json.ts';
import type { Words } from '../rule.ts';

/** What one setting or option must be. */
export interface CardEntry {
	/** One of these values. */
	readonly allowed: readonly unknown[];
	/** Who says so, for people: `the paper`. */
	readonly from: string;
}

/** A reference card: what every value of a kind must be, by its name. */
export type Card = Readonly<Record<string, CardEntry>>;

const inWords = (value: unknown): string =>
	typeof value === 'object' ? canonicalJson(value) : String(value);

/**
 * Every value that is not on its card, both ways: one that the card does not know departs from it as well, and one
 * that was not recorded cannot be checked.
 *
 * @param kind what the values are, for people: `option`
 */
export function departures(values: Readonly<Record<string, unknown>>, card: Card, kind: string): Words[] {
	const onCard = Object.entries(card).flatMap(([name, { allowed, from }]): Words[] => {
		const value = values[name];
		if (allowed.includes(value)) return [];
		const expected = `${kind} ${name} ${allowed.map(inWords).join(' or ')} (${from})`;
		if (value === undefined) return [{ expected, actual: 'not recorded', notChecked: true }];
		// Lists and objects.
		const text = canonicalJson(value);
		return allowed.some(one => canonicalJson(one) === text) ? [] : [{ expected, actual: inWords(value) }];
	});
	const others = Object.keys(values)
		.filter(name => !Object.hasOwn(card, name))
		.map(name => ({ expected: `no ${kind} ${name}: no card has it`, actual: inWords(values[name]) }));
	return [...onCard, ...others];
}

/** A card of values that all come from one place. */
export const cardOf = (values: Readonly<Record<string, unknown>>, from: string): Card =>
	Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { allowed: [value], from }]));
