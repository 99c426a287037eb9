import { formatDifference, formatLabels, formatScore } from '../format.ts';
import type { Effect, Setting } from '../report-schema.ts';
import { type Html, html, trusted } from './html.ts';

/** Longer lists open with a click. */
const foldedAbove = 12;

const names = { fid: 'FID', inceptionScore: 'IS' } as const;

/** The paper's claims as tests between the methods of this grid; nothing without a pair. */
export function renderEffects({ effects, groups }: Setting): Html | null {
	if (effects.length === 0) return null;
	return html`<h3>Effects between methods</h3>
<details class="print"${trusted(effects.length <= foldedAbove ? ' open' : '')}><summary>${effects.length} tests</summary>
<p>Exact permutation tests of the difference of the means, p-values corrected by Holm’s method over all rows of one score. Three seeds against three cannot reach p below 0.10, whatever their values; nor can four or five against as many reach 0.05 once a dozen tests are corrected for. Such rows are inconclusive.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Effects between methods"><table class="sortable"><caption><span class="title">Effects</span></caption>
<thead><tr>${['effect', 'labels', 'score', 'n', 'difference', 'in %', 'paper %', 'p', 'p (Holm)', 'conclusion'].map((name, index) => html`<th scope="col" class="${index === 0 || index === 9 ? 'left' : ''}"><button type="button" class="sort">${name}</button></th>`)}</tr></thead>
<tbody>${effects.map(effect => renderRow(effect, groups))}</tbody></table></div></details>`;
}

function renderRow(effect: Effect, groups: Setting['groups']): Html {
	const markOf = (title: string): string =>
		groups.some(group => group.title === title && group.waived.length > 0) ? ' †' : '';
	const { claim, first, second, labelFraction, metric, counts, difference, conclusion } = effect;
	const { differencePercent, paperDifferencePercent, p, adjustedP } = effect;
	return html`<tr><th scope="row" class="words">${claim}: ${first}${markOf(first)} − ${second}${markOf(second)}</th><td data-sort="${labelFraction ?? 0}">${formatLabels(labelFraction)}</td><td>${names[metric]}</td><td>${counts.join(' / ')}</td><td data-sort="${difference}">${formatDifference(difference)}</td><td data-sort="${differencePercent}">${formatDifference(differencePercent)}</td><td data-sort="${paperDifferencePercent}">${paperDifferencePercent === null ? '–' : formatDifference(paperDifferencePercent)}</td><td data-sort="${p}">${formatScore(p)}</td><td data-sort="${adjustedP}">${formatScore(adjustedP)}</td><td class="left words">${conclusion}</td></tr>
`;
}
