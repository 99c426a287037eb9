import type { TextTable } from '../report-schema.ts';
import { type Html, html } from './html.ts';

/** A table as the paper numbers it, its cells plain text. */
export function renderTextTable(table: TextTable, id = `table-${table.number}`): Html {
	const { number, caption, note, columns, rows } = table;
	return html`<div class="scroll" tabindex="0" role="region" aria-label="Table ${number}"><table id="${id}"><caption><span class="title">Table ${number}: ${caption}${note === null ? null : html` <span class="muted">${note}</span>`}</span></caption>
<thead><tr>${columns.map(column => html`<th scope="col" class="left">${column}</th>`)}</tr></thead>
<tbody>${rows.map(
		([first, ...others]) =>
			html`<tr><th scope="row">${first}</th>${others.map(cell => html`<td class="left">${cell}</td>`)}</tr>
`,
	)}</tbody></table></div>`;
}
