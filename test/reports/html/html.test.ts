import test from 'ava';
import { html, trusted } from '../../../reports/html/html.ts';

test('escapes what is put in, and leaves what is HTML already', t => {
	const name = `<b title="x">A & 'B'</b>`;
	t.is(html`<p>${name}</p>`.html, '<p>&lt;b title=&quot;x&quot;&gt;A &amp; &#39;B&#39;&lt;/b&gt;</p>');
	t.is(html`<p>${html`<i>${'<'}</i>`}${trusted('<br>')}</p>`.html, '<p><i>&lt;</i><br></p>');
});

test('joins lists, and nothing is nothing', t => {
	t.is(
		html`${[1, 2].map(value => html`<li>${value}</li>`)}${null}${undefined}${0}`.html,
		'<li>1</li><li>2</li>0',
	);
});
