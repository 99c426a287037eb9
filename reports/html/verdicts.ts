import type { Comparison } from '../report-schema.ts';
import { type Html, html } from './html.ts';

type Verdict = Comparison['verdict'];

/** Class of the style sheet, and a sign: colour alone says nothing to everyone. */
const looks: Readonly<Record<Verdict, readonly [className: string, sign: string]>> = {
	reproduced: ['good', '✓'],
	worse: ['bad', '✗'],
	'better (explain)': ['warn', '↑'],
	inconclusive: ['warn', '?'],
	'not comparable': ['none', '≠'],
	'not run': ['none', '○'],
};

export const verdictClass = (verdict: Verdict): string => looks[verdict][0];

export function verdictBadge(verdict: Verdict): Html {
	const [className, sign] = looks[verdict];
	return html`<span class="badge ${className}"><span aria-hidden="true">${sign}</span> ${verdict}</span>`;
}
