import type { Summary } from '../harness/statistics/summarise.ts';
import type { PaperScore } from '../reference/paper-score.ts';

/** Two decimals from 1 up, three significant digits below; the same in every locale. */
export function formatScore(value: number): string {
	const text = Math.abs(value) >= 1 || value === 0 ? value.toFixed(2) : String(Number(value.toPrecision(3)));
	return text.replace('-', '−');
}

/** With its sign, for differences. */
export function formatDifference(value: number): string {
	return value > 0 ? `+${formatScore(value)}` : formatScore(value);
}

export function formatMeanAndStd({ mean, populationStd }: Summary): string {
	return `${formatScore(mean)} ± ${formatScore(populationStd)}`;
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

/** The same in every locale: `250,000`. */
export function formatCount(count: number): string {
	return count.toLocaleString('en-US');
}

/** Text from outside as plain text of a Markdown table: titles and messages may hold anything. */
export function escapeMarkdown(text: string): string {
	return text.replaceAll(/\s+/gu, ' ').replaceAll(/[\\`*_{}[\]<>|#~]/gu, '\\$&');
}
