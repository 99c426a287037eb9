/** Text that is HTML already. */
export interface Html {
	readonly html: string;
}

type Part = Html | string | number | null | undefined | readonly Part[];

/**
 * Template tag: what is put in is escaped unless it is `Html` itself; lists are joined, null and undefined are
 * nothing. Titles and messages may come from anywhere, so nothing reaches the page unescaped by accident.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
	return {
		html: strings.reduce(
			(text, string, index) => text + string + (index < parts.length ? render(parts[index]) : ''),
			'',
		),
	};
}

/** HTML from outside the templates, such as an SVG that this program drew. */
export const trusted = (text: string): Html => ({ html: text });

function render(part: Part): string {
	if (part === null || part === undefined) return '';
	if (Array.isArray(part)) return (part as readonly Part[]).map(render).join('');
	if (typeof part === 'object') return (part as Html).html;
	return escapeHtml(String(part));
}

/** For text and for attributes in double quotes. */
function escapeHtml(text: string): string {
	if (!/[&<>"']/u.test(text)) return text;
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;')
		.replaceAll("'", '&#39;');
}
