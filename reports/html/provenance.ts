import { formatCount, formatSeconds, groupLabel } from '../format.ts';
import type { Report, ReportedHole, Setting } from '../report-schema.ts';
import { commandOfSuite, placeholders } from '../rerun-command.ts';
import { costCaveat, sharedTrainingInWords } from '../shared-training.ts';
import { waiverMark } from '../tables.ts';
import { type Html, html } from './html.ts';

/** What the rules of `check` say, and every waiver with its name and date. */
export function renderCompliance({ compliance }: Report): Html {
	const { rules, findings, omitted, waivers, edition } = compliance;
	return html`
<section id="compliance" aria-labelledby="compliance-title"><h2 id="compliance-title">Compliance</h2>
<p>Rules on the finished folders alone, edition ${edition}; <code>fewer-labels check OUT</code> repeats them.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Rules"><table><caption><span class="title">Rules</span></caption><thead><tr><th scope="col" class="left">rule</th><th scope="col" class="left">what holds</th><th scope="col">runs checked</th><th scope="col">violations</th></tr></thead>
<tbody>${rules.map(
		({ name, summary, checked, failed }) =>
			html`<tr><th scope="row">${name}</th><td class="left">${summary}</td><td>${formatCount(checked)}</td><td>${failed === 0 ? html`<span class="badge good">✓ none</span>` : html`<span class="badge bad">✗ ${formatCount(failed)}</span>`}</td></tr>
`,
	)}</tbody></table></div>
${waivers.length === 0 ? html`<p>No waivers.</p>` : html`<h3>Waivers (†)</h3><ul class="list">${waivers.map(({ rule, where, words, used }) => html`<li><strong>${rule}</strong>, ${where}: ${words}${used ? null : html` <span class="badge warn">excuses nothing</span>`}</li>`)}</ul>`}
${findings.length === 0 ? null : html`<details class="print"><summary>${formatCount(findings.length + omitted)} findings${omitted > 0 ? `, the first ${findings.length} of them` : ''}</summary><ul class="list small">${findings.map(({ rule, verdict, place, expected, actual, waiver }) => html`<li><strong>${rule}</strong> ${verdict}, ${place}: expected ${expected}; found ${actual}${waiver === null ? null : html` — waived: ${waiver}`}</li>`)}</ul></details>`}
</section>`;
}

/** Runs without a result, results without a run, and rows of the paper that nobody asked for. */
export function renderHoles({ holes, stale, outside }: Report): Html {
	return html`
<section id="holes" aria-labelledby="holes-title"><h2 id="holes-title">Holes</h2>
${holes.length === 0 ? html`<p>None: every run of the grid has a result.</p>` : html`<ul class="list">${holes.slice(0, mostHoles).map(renderHole)}</ul>${holes.length > mostHoles ? html`<p>And ${formatCount(holes.length - mostHoles)} more, in report.json.</p>` : null}`}
${stale.length === 0 ? null : html`<h3>Stale</h3><p>Results that the grid no longer lists, because code, data or options changed since; they are in no table.</p><ul class="list">${stale.slice(0, mostHoles).map(folder => html`<li><code>${folder}</code></li>`)}</ul>`}
${outside.length === 0 ? null : html`<p>In the paper, but not in this grid: ${outside.join(', ')}.</p>`}
</section>`;
}

const mostHoles = 200;

const renderHole = (hole: ReportedHole): Html =>
	html`<li>${groupLabel(hole)}, seed ${hole.seed}: <strong>${hole.state}</strong> — ${hole.reason}</li>`;

/** How every number was measured. */
export function renderProtocols({ settings }: Report): Html {
	return html`
<section id="protocols" aria-labelledby="protocols-title"><h2 id="protocols-title">Protocols</h2>
<p>Scores with different fingerprints never stand in one table.</p>
${settings.map(renderProtocol)}</section>`;
}

function renderProtocol({ protocol, dataSet, profile, steps }: Setting): Html {
	if (protocol === null) return html`<p>${profile}, ${dataSet.name}: no result yet.</p>`;
	const details = Object.entries(protocol.details).sort(([first], [second]) => (first < second ? -1 : 1));
	return html`<h3>${protocol.name}, ${profile}, ${formatCount(steps)} steps</h3>
${protocol.proxy ? html`<p>The features come from a network trained on the data set itself, not from Inception: the scores rank runs of this table and mean nothing beside other tables.</p>` : null}
<dl><dt>fingerprint</dt><dd><code>${protocol.fingerprint}</code></dd><dt>data</dt><dd>${dataSet.name} <code>${dataSet.digest}</code></dd>${details.map(([name, value]) => html`<dt>${name}</dt><dd>${String(value)}</dd>`)}</dl>`;
}

/** What the runs cost, and on which machines and software they were made. */
export function renderCosts(report: Report): Html {
	const { settings, environments } = report;
	const groups = settings.flatMap(setting => setting.groups).filter(group => group.trainingSeconds !== null);
	return html`
<section id="costs" aria-labelledby="costs-title"><h2 id="costs-title">Costs and environment</h2>
${
	groups.length === 0
		? html`<p>No run recorded its training time.</p>`
		: html`<div class="scroll" tabindex="0" role="region" aria-label="Training time"><table class="sortable"><caption><span class="title">Training time <span class="muted">${costCaveat} ${sharedTrainingInWords(report)}</span></span></caption><thead><tr>${['method', 'labels', 'runs', 'median of one run', 'all runs', 'median FID'].map((name, index) => html`<th scope="col" class="${index === 0 ? 'left' : ''}"><button type="button" class="sort">${name}</button></th>`)}</tr></thead><tbody>${groups.map(
				group => {
					const times = group.runs.flatMap(run => run.trainingSeconds ?? []);
					const total = times.reduce((sum, value) => sum + value, 0);
					const fid = group.scores.fid.summary?.median;
					return html`<tr><th scope="row">${group.title}${waiverMark(group)}</th><td data-sort="${group.labelFraction ?? 0}">${groupLabel(group).slice(group.title.length + 2)}</td><td>${times.length}</td><td data-sort="${group.trainingSeconds}">${formatSeconds(group.trainingSeconds!)}</td><td data-sort="${total}">${formatSeconds(total)}</td><td>${fid?.toFixed(2) ?? '–'}</td></tr>
`;
				},
			)}</tbody></table></div>`
}
${environments.length === 0 ? html`<p>No run left a readable manifest.</p>` : environments.map(({ runs, commit, dirty, backend, node, platform, processor, cores, gpus, variables }) => html`<h3>${formatCount(runs)} ${runs === 1 ? 'run' : 'runs'}</h3><dl><dt>commit</dt><dd><code>${commit ?? 'installed package'}</code>${dirty ? ' with uncommitted changes' : ''}</dd><dt>back end</dt><dd>${backend}, Node ${node}</dd><dt>machine</dt><dd>${platform}, ${processor}, ${cores} cores</dd><dt>GPU</dt><dd>${gpus.length === 0 ? 'none' : gpus.join('; ')}</dd>${Object.keys(variables).length === 0 ? null : html`<dt>variables</dt><dd>${Object.entries(variables).map(([name, value], index) => html`${index > 0 ? ' ' : ''}<code>${name}=${value}</code>`)}</dd>`}</dl>`)}
</section>`;
}

/** Commands of the cells that miss runs; else of one cell, as an example. */
export function renderRerun({ suite, settings }: Report): Html {
	const groups = settings.flatMap(setting => setting.groups);
	const missing = groups.filter(({ runs, planned }) => runs.length < planned);
	const shown = missing.length === 0 ? groups.slice(0, 1) : missing.slice(0, mostCommands);
	const commands = groups.length === 0 ? [commandOfSuite(suite)] : shown.map(({ command }) => command);
	const words =
		missing.length === 0
			? html`Nothing is missing.${shown.length === 0 ? null : html` For one cell (${groupLabel(shown[0]!)}) the command is:`}`
			: html`What is missing is made cell by cell${missing.length > shown.length ? html`, here the first ${shown.length} of ${missing.length} cells` : null}.`;
	return html`
<section id="rerun" aria-labelledby="rerun-title"><h2 id="rerun-title">Run it again</h2>
<p>${words} Each cell’s own command stands in its row under <a href="#cells">all cells</a>. ${placeholders.split('`').map((text, index) => (index % 2 === 1 ? html`<code>${text}</code>` : text))}. A run with a result is skipped: to repeat it, remove its folder first.</p>
<pre><code>${commands.map(command => `${command}\n`)}npx fewer-labels report OUT
npx fewer-labels check OUT</code></pre></section>`;
}

const mostCommands = 20;
