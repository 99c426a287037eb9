import { machineInWords } from '../environments.ts';
import { formatCount, formatLabels, formatSeconds, groupLabel } from '../format.ts';
import { margin } from '../judge.ts';
import { changedSourceInWords, uncheckedInWords } from '../notes.ts';
import { noteOf } from '../paper-tables.ts';
import { type Comparison, metrics, type Report, type Setting } from '../report-schema.ts';
import { settingName } from '../setting-name.ts';
import { costCaveat, sharedTrainingInWords } from '../shared-training.ts';
import { type Html, html } from './html.ts';
import { cellId } from './paper-tables.ts';
import { verdictBadge, verdictClass } from './verdicts.ts';

type Verdict = Comparison['verdict'];

const verdicts: readonly Verdict[] = [
	'reproduced',
	'worse',
	'better (explain)',
	'inconclusive',
	'not comparable',
	'not run',
];

/** What a reader wants first: how many scores reproduce, which do not, how sure, at what cost. */
export function renderOverview(report: Report): Html {
	const { runs, settings, compliance } = report;
	const groups = settings.flatMap(setting => setting.groups);
	const scores = groups.flatMap(group => metrics.map(metric => group.scores[metric]));
	const count = (verdict: Verdict) => scores.filter(score => score.verdict === verdict).length;
	const failed = compliance.rules.filter(rule => rule.failed > 0);
	const seconds = groups.flatMap(group => group.runs.flatMap(run => run.trainingSeconds ?? []));
	const total = seconds.reduce((sum, value) => sum + value, 0);
	return html`
<section id="overview" aria-labelledby="overview-title"><h2 id="overview-title">Overview</h2>
<p class="lead">${summary(report, count)}</p>
<ul class="counts">${verdicts
		.filter(verdict => count(verdict) > 0)
		.map(
			verdict =>
				html`<li class="${verdictClass(verdict)}"><b>${formatCount(count(verdict))}</b> ${verdict}</li>`,
		)}</ul>
<p>A score is the FID or the inception score of one cell: a method at a label fraction. ${formatCount(runs.finished)} of ${formatCount(runs.total)} runs have a result${runs.failed > 0 ? html`, <strong>${formatCount(runs.failed)} failed</strong>` : null}${runs.collapsed > 0 ? html`, <strong>${formatCount(runs.collapsed)} collapsed</strong>` : null}${seconds.length > 0 ? html`; their training took ${formatSeconds(total)} in all` : null}.${report.complete ? null : html` The grid is incomplete: see <a href="#holes">holes</a>.`}</p>
${failed.length === 0 ? html`<p>${compliance.rules.length} rules of compliance hold${compliance.findings.some(({ verdict }) => verdict === 'waived') ? html`, some by a <a href="#compliance">waiver (†)</a>` : null}. ${uncheckedInWords(report)}</p>` : html`<div class="notice"><strong>Compliance:</strong> ${failed.map(rule => `${rule.name} (${formatCount(rule.failed)})`).join(', ')} failed, see <a href="#compliance">compliance</a>. ${uncheckedInWords(report)}</div>`}
${changedSourceInWords(report).map(words => html`<div class="notice">${words.replaceAll('`', '')}</div>`)}
${settings.map(setting => renderConditions(setting, settings.length > 1))}
<h3>Which methods reproduce</h3>
${settings.map((setting, index) => renderMatrix(setting, index, settings.length > 1))}
<h3>How sure</h3>
<p>Reproduced means: the 95 % interval of the difference between our mean and the paper’s lies within ±${margin * 100} % of the paper’s score. Worse or better: the interval excludes zero. Inconclusive: it does neither, or there are fewer than three seeds. Where the paper’s own three runs vary too much for any interval to be that narrow, the medians decide, and the cell says so. Every cell below shows n, the interval and the smallest difference that so few seeds could have shown.</p>
${renderCostAndRerun(report)}
</section>`;
}

function summary({ settings }: Report, count: (verdict: Verdict) => number): string {
	const compared = count('reproduced') + count('worse') + count('better (explain)') + count('inconclusive');
	if (compared === 0) {
		const [reason] = settings.flatMap(({ obstacles }) => obstacles);
		return `Nothing here can be compared with the paper${reason === undefined ? '' : `: ${reason}`}. The runs can be compared with each other.`;
	}

	return `${count('reproduced')} of ${compared} comparable scores reproduce the paper; ${count('worse')} are worse, ${count('better (explain)')} better, ${count('inconclusive')} inconclusive.`;
}

function renderConditions(setting: Setting, named: boolean): Html {
	const { profile, dataSet, steps, protocol, obstacles } = setting;
	return html`<p class="muted">${named ? 'Setting: ' : ''}profile ${profile}, data ${dataSet.name}, ${formatCount(steps)} generator steps, ${protocol === null ? 'no result yet' : `protocol ${protocol.name}`}.</p>
${obstacles.length > 0 ? html`<div class="notice"><strong>Not comparable with the paper</strong>, whose numbers are shown for orientation only: ${obstacles.join('; ')}.</div>` : null}`;
}

/** Methods against label fractions in one setting: the verdicts on both scores, each a link to everything about it. */
function renderMatrix(setting: Setting, index: number, named: boolean): Html {
	const { groups } = setting;
	const fractions = [...new Set(groups.map(({ labelFraction }) => labelFraction))].sort(
		(first, second) => (first ?? 0) - (second ?? 0),
	);
	const methods = [...new Map(groups.map(({ method, title }) => [method, title]))];
	const cell = (method: string, fraction: number | null): Html => {
		const group = groups.find(each => each.method === method && each.labelFraction === fraction);
		if (group === undefined) return html`–`;
		const note = noteOf(group);
		return html`${metrics.map(
			metric =>
				html`<a class="verdict" href="#${cellId(index, { ...group, metric })}"><span class="muted">${metric === 'fid' ? 'FID' : 'IS'}</span> ${verdictBadge(group.scores[metric].verdict)}</a>`,
		)}${note === null ? null : html`<span class="note">${note}</span>`}`;
	};
	const name = named ? `, ${settingName(setting)}` : '';
	return html`<div class="scroll" tabindex="0" role="region" aria-label="Verdicts by method and label fraction${name}"><table><caption><span class="title">Verdicts${name} <span class="muted">on FID and inception score (IS), by part of the labels; each links to its seeds, its interval and its command</span></span></caption>
<thead><tr><th scope="col" class="left">method</th>${fractions.map(fraction => html`<th scope="col">${formatLabels(fraction)}</th>`)}</tr></thead>
<tbody>${methods.map(
		([
			method,
			title,
		]) => html`<tr><th scope="row">${title}</th>${fractions.map(fraction => html`<td>${cell(method, fraction)}</td>`)}</tr>
`,
	)}</tbody></table></div>`;
}

/** What one run costs, where it was made, and how to make a cell again. */
function renderCostAndRerun(report: Report): Html {
	const { settings, environments } = report;
	const groups = settings.flatMap(setting => setting.groups);
	const times = groups.flatMap(({ trainingSeconds }) => trainingSeconds ?? []);
	const machines = [...new Set(environments.map(machineInWords))];
	const example = groups.find(({ runs }) => runs.length > 0) ?? groups[0];
	const range = times.length === 0 ? [] : [Math.min(...times), Math.max(...times)].map(formatSeconds);
	return html`
<h3>At what cost</h3>
<p>${times.length === 0 ? 'No run recorded its training time.' : `The training of one run took ${range[0] === range[1] ? range[0] : `${range[0]} to ${range[1]}`}${machines.length === 1 ? ` on ${machines[0]}` : ''}. ${costCaveat} ${sharedTrainingInWords(report)}`} <a href="#costs">Costs and environment</a> has it cell by cell.</p>
<h3>How to run a cell again</h3>
${example === undefined ? null : html`<p>Each verdict above links to its row, whose last column opens to the seeds and the command. For example ${groupLabel(example)}:</p><pre><code>${example.command}</code></pre><p>What OUT and the like stand for: <a href="#rerun">run it again</a>.</p>`}`;
}
