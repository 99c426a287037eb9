import { formatDifference } from '../format.ts';
import type { PaperCell, PaperTable } from '../report-schema.ts';
import { type Html, html } from './html.ts';
import { verdictBadge } from './verdicts.ts';

/** Id of the row that tells everything about a score. */
export function cellId(
	setting: number,
	{ method, labelFraction, metric }: Pick<PaperCell, 'method' | 'labelFraction' | 'metric'>,
): string {
	const labels = labelFraction === null ? 'none' : String(labelFraction * 100).replace('.', '-');
	return `cell-${setting + 1}-${metric === 'fid' ? 'fid' : 'is'}-${method.replaceAll(/[^\w-]/gu, '-')}-${labels}`;
}

/** A table in the paper's layout: ours large, the paper's and the difference small, the verdict in words. */
export function renderPaperTable(table: PaperTable, setting: number): Html {
	const { number, caption, statistic, columns, rows } = table;
	const meaning = statistic === 'median' ? 'median over seeds' : 'mean ± standard deviation (divisor n)';
	return html`<div class="scroll" tabindex="0" role="region" aria-label="Table ${number}"><table><caption><span class="title">Table ${number}: ${caption.replace('+-', '±')} <span class="muted">${meaning}; below: paper, difference, verdict</span></span></caption>
<thead><tr><th scope="col" class="left">method</th>${columns.map(column => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map(
		({ name, cells }) =>
			html`<tr><th scope="row">${name}</th>${cells.map(cell => html`<td>${renderCell(cell, setting)}</td>`)}</tr>
`,
	)}</tbody></table></div>`;
}

function renderCell(cell: PaperCell, setting: number): Html {
	const { ours, paper, difference, n, planned, note, verdict } = cell;
	if (ours === null) {
		const value = planned === 0 ? 'not in this grid' : 'not run';
		return html`<span class="muted">${value}</span><span class="paper">paper ${paper}</span>`;
	}

	return html`<a class="cell ours" href="#${cellId(setting, cell)}">${ours}</a><span class="paper">paper ${paper}</span><span class="paper">${difference === null ? null : html`${formatDifference(difference)}, `}n = ${n}</span>${note === null ? null : html`<span class="note">${note}</span>`}${verdictBadge(verdict)}`;
}
