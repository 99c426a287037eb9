/**
 * The script of the page: sorting, opening what a link leads to, choosing light or dark, opening all for print. The
 * page can be read without it.
 */
export const script = `
'use strict';
for (const table of document.querySelectorAll('table.sortable')) {
	table.querySelectorAll('thead th').forEach((header, column) => {
		const button = header.querySelector('button.sort');
		if (!button) return;
		button.addEventListener('click', () => {
			const ascending = header.getAttribute('aria-sort') !== 'ascending';
			for (const other of table.querySelectorAll('thead th')) other.removeAttribute('aria-sort');
			header.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
			const body = table.tBodies[0];
			const keyOf = row => {
				const cell = row.cells[column];
				const text = cell.dataset.sort ?? cell.textContent.trim();
				return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
			};
			const rows = [...body.rows].map((row, index) => ({ row, key: keyOf(row), index }));
			rows.sort((a, b) => {
				// Empty cells stay at the end in both directions.
				if (a.key === '' || b.key === '') return (a.key === '') - (b.key === '') || a.index - b.index;
				const numbers = typeof a.key === 'number' && typeof b.key === 'number';
				const order = numbers ? a.key - b.key : String(a.key).localeCompare(String(b.key), 'en');
				return (ascending ? order : -order) || a.index - b.index;
			});
			body.append(...rows.map(({ row }) => row));
		});
	});
}
const openTarget = () => {
	const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
	if (!target) return;
	for (let node = target; node; node = node.parentElement) if (node.tagName === 'DETAILS') node.open = true;
	for (const details of target.querySelectorAll('details')) details.open = true;
	target.scrollIntoView();
};
addEventListener('hashchange', openTarget);
openTarget();
const theme = document.getElementById('theme');
theme.hidden = false;
theme.addEventListener('click', () => {
	const root = document.documentElement;
	const dark = (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
	root.dataset.theme = dark ? 'light' : 'dark';
});
addEventListener('beforeprint', () => {
	for (const details of document.querySelectorAll('details.print')) details.open = true;
});
`.trim();
