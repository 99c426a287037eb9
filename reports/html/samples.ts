import { fileNames } from '../../harness/run/run-folder.ts';
import { sheetNames } from '../../harness/samples/sheet-names.ts';
import { formatCount } from '../format.ts';
import type { Sample } from '../read-samples.ts';
import { type Html, html } from './html.ts';

interface Kind {
	readonly title: string;
	/** What a reader sees on such a sheet. */
	readonly words: string;
	readonly altText: (name: string) => string;
}

/** Figures 2 and 9 to 20 of the paper are sheets of these kinds. */
const kinds: Readonly<Record<string, Kind>> = {
	[fileNames.samples]: {
		title: 'Samples',
		words: 'The first images that each generator made, a class a row.',
		altText: name => `Generated images of ${name}`,
	},
	[sheetNames.classes]: {
		title: 'Real beside generated',
		words:
			'On the left training images, on the right generated ones; a row is a class, or the cluster or label that the method has instead. Where a method’s labels say nothing about images, the real ones are any.',
		altText: name => `Training images beside generated images of ${name}, class by class`,
	},
	[sheetNames.interpolation]: {
		title: 'Interpolations',
		words:
			'Upper rows: from one latent to another on the sphere, at one class. Lower rows, where there is more than one class: from one class to another, straight, at one latent.',
		altText: name => `Interpolations of ${name} between latents and between classes`,
	},
};

const other: Kind = {
	title: 'Other pictures',
	words: 'Whatever else lies in the folders of the runs.',
	altText: name => `Picture of ${name}`,
};

/** Sample sheets kind by kind, each a link to its file. */
export function renderSamples(samples: readonly Sample[], omitted: number): Html {
	const known = Object.keys(kinds);
	const groups = [
		...known.map(file => ({ kind: kinds[file]!, sheets: samples.filter(sample => sample.file === file) })),
		{ kind: other, sheets: samples.filter(({ file }) => !known.includes(file)) },
	].filter(({ sheets }) => sheets.length > 0);
	return html`
<section id="samples" aria-labelledby="samples-title"><h2 id="samples-title">Samples</h2>
${samples.length === 0 ? html`<p>No run left a sample sheet.</p>` : html`<p>None of these is chosen: they come from the first seed of each cell, and from the seed of the run. Other seeds have theirs in their folders; <code>fewer-labels sample RUN --out FILE.png</code> draws more.${omitted > 0 ? ` ${formatCount(omitted)} more sheets did not fit into this page; they lie in the folders, too.` : ''}</p>`}
${groups.map(({ kind, sheets }) => html`<h3>${kind.title}</h3><p class="muted">${kind.words}</p><div class="sheets">${sheets.map(sheet => renderSheet(sheet, kind))}</div>`)}</section>`;
}

function renderSheet({ name, folder, file, png }: Sample, { altText }: Kind): Html {
	const address = ['..', ...folder.split('/'), file].map(encodeURIComponent).join('/');
	const caption = file in kinds ? name : `${name}, ${file}`;
	return html`<figure><a href="${address}"><img src="data:image/png;base64,${Buffer.from(png).toString('base64')}" alt="${altText(caption)}"></a><figcaption>${caption}</figcaption></figure>
`;
}
