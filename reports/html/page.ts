import { readSources } from '../../reference/sources.ts';
import type { SettingFigures } from '../figures/figures.ts';
import type { RenderedFigure } from '../figures/render-figure.ts';
import { formatCount } from '../format.ts';
import type { Sample } from '../read-samples.ts';
import { type Metric, metrics, type Report, type Setting } from '../report-schema.ts';
import { settingName } from '../setting-name.ts';
import { renderCells } from './cells.ts';
import { renderEffects } from './effects.ts';
import { type Html, html, trusted } from './html.ts';
import { renderOverview } from './overview.ts';
import { renderPaperTable } from './paper-tables.ts';
import { renderCompliance, renderCosts, renderHoles, renderProtocols, renderRerun } from './provenance.ts';
import { renderSamples } from './samples.ts';
import { script } from './script.ts';
import { styleSheet } from './style.ts';
import { renderTextTable } from './table.ts';

export interface PageParts {
	readonly report: Report;
	/** By setting, for the first settings. */
	readonly figures: readonly SettingFigures[];
	readonly samples: readonly Sample[];
	/** Sheets that did not fit into the page. */
	readonly omittedSamples: number;
}

const links = [
	['overview', 'Overview'],
	['tables', 'Tables'],
	['cells', 'All cells'],
	['figures', 'Figures'],
	['samples', 'Samples'],
	['networks', 'Networks'],
	['compliance', 'Compliance'],
	['holes', 'Holes'],
	['protocols', 'Protocols'],
	['costs', 'Costs'],
	['rerun', 'Rerun'],
] as const;

/** The whole report as one page that loads nothing else. Equal parts give equal bytes. */
export function renderPage({ report, figures, samples, omittedSamples }: PageParts): string {
	const title = `Suite ${report.suite} beside the S3GAN paper`;
	// The icon is empty, so that a browser does not ask a server for one.
	return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><style>${trusted(styleSheet)}</style></head>
<body><a class="skip" href="#overview">Skip to the content</a>
<header class="top"><div class="wrap"><h1>${title}</h1><p class="muted"><cite>High-Fidelity Image Generation With Fewer Labels</cite>, <a href="https://arxiv.org/abs/1903.02271v1">arXiv 1903.02271v1</a>: ImageNet 128×128, 250,000 generator steps, 50,000 images a set, three seeds. Here: ${formatCount(report.runs.finished)} of ${formatCount(report.runs.total)} runs.</p></div></header>
<nav aria-label="Sections"><div class="wrap">${links.map(([id, name]) => html`<a href="#${id}">${name}</a>`)}<button type="button" id="theme" hidden>Light / dark</button></div></nav>
<main class="wrap">
${renderOverview(report)}
${renderTables(report)}
${renderAllCells(report.settings)}
${renderFigures(figures)}
${renderSamples(samples, omittedSamples)}
${renderNetworks(report)}
${renderCompliance(report)}
${renderHoles(report)}
${renderProtocols(report)}
${renderCosts(report)}
${renderRerun(report)}
${renderLegend(report)}
</main>
<footer class="wrap">Made by fewer-labels from the files of the runs alone; report.json beside this page holds every number of it.</footer>
<script>${trusted(script)}</script></body></html>
`.html;
}

function renderTables({ settings, methods, classifier }: Report): Html {
	return html`
<section id="tables" aria-labelledby="tables-title"><h2 id="tables-title">Tables of the paper</h2>
<p>A number links to its row under all cells: every seed, the reasons of the verdict, and the command that repeats it.</p>
${renderTextTable(methods)}
${settings.map((setting, index) => html`${settings.length > 1 ? html`<h3>${settingName(setting)}</h3>` : null}${setting.tables.length === 0 ? html`<p class="muted">No cell of ${settings.length > 1 ? 'this setting' : 'this grid'} stands in Tables 2, 4, 5, 12, 13 or 14.</p>` : setting.tables.map(table => renderPaperTable(table, index))}`)}
${renderTextTable(classifier)}</section>`;
}

function renderAllCells(settings: readonly Setting[]): Html {
	return html`
<section id="cells" aria-labelledby="cells-title"><h2 id="cells-title">All cells</h2>
<p>std: divisor n, as in the paper. 95 % interval: Student’s t of the mean, from three seeds up. Difference: our median minus the paper’s.</p>
${settings.map((setting, index) => html`${settings.length > 1 ? html`<h3>${settingName(setting)}</h3>` : null}${metrics.map((metric: Metric) => renderCells(setting, metric, index))}${renderEffects(setting)}`)}</section>`;
}

function renderFigures(figures: readonly SettingFigures[]): Html {
	return html`
<section id="figures" aria-labelledby="figures-title"><h2 id="figures-title">Figures</h2>
${figures.map(({ figures: drawn, missing }) => html`${drawn.map(renderFigure)}${missing.length === 0 ? null : html`<ul class="list muted">${missing.map(words => html`<li>${words}</li>`)}</ul>`}`)}</section>`;
}

function renderFigure({ name, title, caption, inlineSvg }: RenderedFigure): Html {
	return html`<figure id="${name}"><h3>${title}</h3><div class="scroll" tabindex="0" role="region" aria-label="${title}">${trusted(inlineSvg)}</div><figcaption>${caption.replace(`${title}. `, '')}</figcaption></figure>
`;
}

function renderNetworks({ architecture }: Report): Html {
	return html`
<section id="networks" aria-labelledby="networks-title"><h2 id="networks-title">Networks</h2>
<p>Tables 6 to 11 as this program’s networks give them, beside the paper’s; <code>fewer-labels verify</code> checks them.</p>
${architecture.map(table => html`<details class="print"><summary>Table ${table.number}: ${table.caption}${table.note === null ? null : html` <span class="muted">– ${table.note}</span>`}</summary>${renderTextTable({ ...table, note: null })}</details>`)}</section>`;
}

function renderLegend({ settings }: Report): Html {
	const { confidenceLegend } = readSources();
	const marks = new Set(
		settings
			.flatMap(({ groups }) => groups)
			.flatMap(({ scores }) => metrics.map(metric => scores[metric].paper))
			.flatMap(({ median, mean }) => [median?.confidence ?? [], mean?.confidence ?? []].flat()),
	);
	if (marks.size === 0) return html``;
	return html`
<section id="legend" aria-labelledby="legend-title"><h2 id="legend-title">How sure the paper’s numbers are</h2>
<dl>${[...marks].sort().map(mark => html`<dt>${mark}</dt><dd>${confidenceLegend[mark]}</dd>`)}</dl></section>`;
}
