/**
 * Source of a function for a browser: what keeps people from reading a page, in words. It looks at names, headings,
 * tables, ids and the contrast of every visible text (WCAG 2.2: 4.5, or 3 for large text) and of every control.
 */
export const accessibilityProblems = `(() => {
	const problems = [];
	const visible = element => element.checkVisibility() && element.getClientRects().length > 0;
	if (!document.documentElement.lang) problems.push('no language');
	if (!document.title) problems.push('no title');
	if (document.querySelectorAll('main').length !== 1) problems.push('not one main');
	if (document.querySelectorAll('h1').length !== 1) problems.push('not one h1');
	const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
	for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index))) problems.push('id twice: ' + id);
	let level = 0;
	for (const heading of document.querySelectorAll('h1,h2,h3,h4')) {
		const next = Number(heading.tagName[1]);
		if (next > level + 1) problems.push('heading skips a level: ' + heading.textContent);
		level = next;
	}
	for (const image of document.querySelectorAll('img')) if (!image.alt) problems.push('image without alt');
	for (const svg of document.querySelectorAll('svg')) {
		if (svg.getAttribute('role') !== 'img' || !svg.getAttribute('aria-label')) problems.push('svg without a name');
		if (svg.querySelector('[role],[aria-roledescription]')) problems.push('a part of an svg has a role and no name');
	}
	for (const table of document.querySelectorAll('table')) {
		if (!table.caption) problems.push('table without caption');
		for (const cell of table.querySelectorAll('th')) if (!cell.scope) problems.push('th without scope: ' + cell.textContent);
	}
	for (const link of document.querySelectorAll('a[href^="#"]')) {
		if (!document.getElementById(link.hash.slice(1))) problems.push('link to nowhere: ' + link.hash);
	}
	for (const element of document.querySelectorAll('a,button,summary,[tabindex]')) {
		const name = element.getAttribute('aria-label') || element.textContent.trim() || element.querySelector('img')?.alt;
		if (!name) problems.push('control without a name: ' + element.outerHTML.slice(0, 80));
	}
	for (const region of document.querySelectorAll('.scroll')) {
		if (region.scrollWidth > region.clientWidth && region.tabIndex !== 0) problems.push('scrolls, but not by keyboard');
	}
	const channels = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
	const luminance = ([r, g, b]) => {
		const [x, y, z] = [r, g, b].map(value => {
			const part = value / 255;
			return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * x + 0.7152 * y + 0.0722 * z;
	};
	const backgroundOf = element => {
		for (let node = element; node; node = node.parentElement) {
			const colour = channels(getComputedStyle(node).backgroundColor);
			if (colour.length === 3 || colour[3] > 0.99) return colour;
		}
		return [255, 255, 255];
	};
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const seen = new Set();
	while (walker.nextNode()) {
		const text = walker.currentNode.textContent.trim();
		const element = walker.currentNode.parentElement;
		if (!text || seen.has(element) || element.closest('script,style,svg') || !visible(element)) continue;
		seen.add(element);
		const style = getComputedStyle(element);
		const [a, b] = [luminance(channels(style.color)), luminance(backgroundOf(element))];
		const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		const large = parseFloat(style.fontSize) >= 24;
		if (contrast < (large ? 3 : 4.5)) problems.push('contrast ' + contrast.toFixed(2) + ': ' + text.slice(0, 40));
	}
	return problems;
})()`;
