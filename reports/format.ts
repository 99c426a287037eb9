import type { Summary } from '../harness/statistics/summarise.ts';
import type { PaperScore } from '../reference/paper-score.ts';

/** Two decimals from 1 up, three significant digits below; the same in every locale. */
export function formatScore(value: number): string {
	const text = Math.abs(value) >= 1 || value === 0 ? value.toFixed(2) : String(Number(value.toPrecision(3)));
	return text.replace('-', '−');
}

/** With its sign and two decimals, for differences between scores of the paper's size. */
export function formatDifference(value: number): string {
	const text = value.toFixed(2).replace('-', '−');
	return Number(text) > 0 ? `+${text}` : text.replace(/^−(?=0\.00$)/u, '');
}

/** One value has no spread to print. */
export function formatMeanAndStd({ n, mean, populationStd }: Summary): string {
	if (n === 1) return formatScore(mean);
	// As many decimals as the mean, two as in the paper where it is of the size of the paper's scores.
	const std = Math.abs(mean) >= 1 ? populationStd.toFixed(2) : formatScore(populationStd);
	return `${formatScore(mean)} ± ${std}`;
}

export function formatInterval(interval: { readonly low: number; readonly high: number }): string {
	return `${formatScore(interval.low)} … ${formatScore(interval.high)}`;
}

/** As the paper prints it: one decimal, two for the spread. */
export function formatPaperScore({ value, std }: PaperScore): string {
	return std === undefined ? value.toFixed(1) : `${value.toFixed(1)} ± ${std.toFixed(2)}`;
}

/** `10 %`, `2.5 %`, `no labels` */
export function formatLabels(labelFraction: number | null): string {
	return labelFraction === null ? 'no labels' : `${Number((labelFraction * 100).toPrecision(6))} %`;
}

// Made once: thousands of counts stand in a report.
const wholeNumbers = new Intl.NumberFormat('en-US');

/** The same in every locale: `250,000`. */
export const formatCount = (count: number): string => wholeNumbers.format(count);

/** Text from outside as plain text of a Markdown table: titles and messages may hold anything. */
export function escapeMarkdown(text: string): string {
	return text.replaceAll(/\s+/gu, ' ').replaceAll(/[\\`*_{}[\]<>|#~]/gu, '\\$&');
}

/** `BIGGAN, 10 %`, as it is: escape it for the place where it goes. */
export function groupLabel(group: { readonly title: string; readonly labelFraction: number | null }): string {
	return `${group.title}, ${formatLabels(group.labelFraction)}`;
}

/** `45 s`, `12.5 min`, `3.2 h` */
export function formatSeconds(seconds: number): string {
	if (seconds < 120) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
	return seconds < 7200 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
