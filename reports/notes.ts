import { formatCount } from './format.ts';
import type { Report } from './report-schema.ts';

/** Waivers that excuse something: `† seeds waived, method s3gan: twin run (A. Author, 2026-01-31)`. */
export function waiversInWords({ compliance }: Report): string[] {
	return compliance.waivers
		.filter(({ used }) => used)
		.map(({ rule, where, words }) => `† ${rule} waived, ${where}: ${words}`);
}

/** Runs that the present source would make anew; they are reported all the same. Nothing if there are none. */
export function changedSourceInWords({ settings }: Report): string[] {
	const runs = settings.flatMap(({ groups }) => groups).flatMap(group => group.runs);
	const changes = runs.flatMap(({ changedSource }) => changedSource ?? []);
	if (changes.length === 0) return [];
	const words = [...new Set(changes)];
	const more = words.length > 2 ? `; and ${words.length - 2} more` : '';
	return [
		`${formatCount(changes.length)} of ${formatCount(runs.length)} results were made by other source than today’s, and \`run\` would make them again: ${words.slice(0, 2).join('; ')}${more}.`,
	];
}

/** Rules that could not look at every run, with how many they left out. Nothing if all were checked. */
export function uncheckedInWords({ compliance, runs }: Report): string[] {
	const unchecked = compliance.rules.filter(({ checked }) => checked < runs.finished);
	if (unchecked.length === 0) return [];
	const words = unchecked.map(({ name, checked }) => `${name} (${formatCount(runs.finished - checked)})`);
	return [`Runs that a rule could not check: ${words.join(', ')}.`];
}
