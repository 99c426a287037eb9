import {
	formatDifference,
	formatInterval,
	formatLabels,
	formatMeanAndStd,
	formatPaperScore,
	formatScore,
	formatSeconds,
} from '../format.ts';
import { noteOf } from '../paper-tables.ts';
import type { Comparison, Group, Metric, ReportedRun, Setting } from '../report-schema.ts';
import { type Html, html } from './html.ts';
import { cellId } from './paper-tables.ts';
import { verdictBadge } from './verdicts.ts';

const titles: Readonly<Record<Metric, string>> = {
	fid: 'FID (lower is better)',
	inceptionScore: 'Inception score (higher is better)',
};

const columns = [
	['method', 'left'],
	['labels', ''],
	['n', ''],
	['median', ''],
	['mean ± std', ''],
	['95 % interval', ''],
	['paper', ''],
	['difference', ''],
	['verdict', 'left'],
	['seeds', 'left'],
] as const;

/** Every cell of a setting for one score, sortable, its seeds one click away. */
export function renderCells(setting: Setting, metric: Metric, index: number): Html {
	return html`<div class="scroll" tabindex="0" role="region" aria-label="All cells, ${titles[metric]}"><table class="sortable"><caption><span class="title">${titles[metric]} <span class="muted">all cells</span></span></caption>
<thead><tr>${columns.map(([name, className], column) => html`<th scope="col" class="${className}">${column === columns.length - 1 ? name : html`<button type="button" class="sort">${name}</button>`}</th>`)}</tr></thead>
<tbody>${setting.groups.map(group => renderRow(group, metric, index))}</tbody></table></div>`;
}

function renderRow(group: Group, metric: Metric, index: number): Html {
	const { title, labelFraction, runs, planned } = group;
	const score = group.scores[metric];
	const { summary, paper, difference } = score;
	const interval = summary?.tInterval95 ?? null;
	return html`<tr id="${cellId(index, { ...group, metric })}"><th scope="row">${title}${group.waived.length > 0 ? html` <a href="#compliance" title="waived: ${group.waived.join(', ')}">†</a>` : null}</th>
<td data-sort="${labelFraction ?? 0}">${formatLabels(labelFraction)}</td><td data-sort="${runs.length}">${runs.length}${runs.length < planned ? ` of ${planned}` : ''}</td>
<td data-sort="${summary?.median}">${summary === null ? '–' : formatScore(summary.median)}</td><td data-sort="${summary?.mean}">${summary === null ? '–' : formatMeanAndStd(summary)}</td><td data-sort="${interval?.low}">${interval === null ? '–' : formatInterval(interval)}</td>
<td data-sort="${paper.median?.value}">${paper.median === null ? '–' : formatPaperScore(paper.median)}${paper.mean === null ? null : html`<span class="paper">${formatPaperScore(paper.mean)}</span>`}</td>
<td data-sort="${difference}">${difference === null ? '–' : formatDifference(difference)}</td><td class="left">${verdictBadge(score.verdict)}</td>
<td class="detail">${renderDetail(group, score, metric)}</td></tr>
`;
}

function renderDetail(group: Group, score: Comparison, metric: Metric): Html {
	const { runs, planned, trainingSeconds, command } = group;
	const note = noteOf(group);
	const { median, mean } = score.paper;
	return html`<details><summary>${runs.length === 0 ? 'details' : `${runs.length} ${runs.length === 1 ? 'seed' : 'seeds'}`}</summary>
${runs.length === 0 ? null : html`<ul>${runs.map(run => renderSeed(run, metric))}</ul>`}
<p>${score.reasons.map((reason, position) => html`${position > 0 ? '; ' : ''}${reason}`)}.${score.basis === 'median' ? ' Decided by the medians.' : null}</p>
${note === null ? null : html`<p>${note}.</p>`}
${score.smallestDetectable === null ? null : html`<p>With ${runs.length} seeds against the paper’s three, a true difference below ${formatScore(score.smallestDetectable)} would probably go unnoticed (power 80 %).</p>`}
${score.medianInterval95 === null ? null : html`<p>95 % bootstrap interval of the median: ${formatInterval(score.medianInterval95)}.</p>`}
${median === null && mean === null ? null : html`<p>Paper: ${[median, mean].flatMap(paper => (paper === null ? [] : [`${formatPaperScore(paper)} (${paper.table}, ${paper.confidence})`])).join('; ')}.</p>`}
${trainingSeconds === null ? null : html`<p>Training of one run: ${formatSeconds(trainingSeconds)} (median).</p>`}
<p>To ${runs.length < planned ? 'run' : 'repeat'} it: <code>${command}</code></p></details>`;
}

function renderSeed(run: ReportedRun, metric: Metric): Html {
	const time = run.trainingSeconds === null ? '' : `, ${formatSeconds(run.trainingSeconds)}`;
	return html`<li>seed ${run.seed}: <strong>${formatScore(run[metric])}</strong>${run.collapsed === null ? null : html` <span class="badge bad">collapsed</span> ${run.collapsed}`} <span class="muted"><a href="../${run.folder.split('/').map(encodeURIComponent).join('/')}/">${run.runId}</a>${time}</span></li>`;
}
