import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { paletteVariables, useVariables, vegaConfig } from './theme.ts';

/** A figure as data: what is drawn, and how. */
export interface FigureSpecification {
	/** File name without its ending, also the id in the page. */
	readonly name: string;
	readonly title: string;
	/** What can be seen, in words: the caption, and what a screen reader says. */
	readonly caption: string;
	/** Vega-Lite without `config`; its colours are tones of the theme. */
	readonly specification: Readonly<Record<string, unknown>>;
}

export interface RenderedFigure extends Omit<FigureSpecification, 'specification'> {
	/** For a page that defines the variables of the palette. */
	readonly inlineSvg: string;
	/** For a file: brings the variables along, light and dark. */
	readonly svg: string;
	/** Light, on its own background, two pixels for each unit of the SVG. */
	readonly png: () => Promise<Uint8Array>;
}

/** Draws a figure. Equal specifications give equal bytes, whatever was drawn before. */
export async function renderFigure(figure: FigureSpecification): Promise<RenderedFigure> {
	const { name, title, caption } = figure;
	const plain = await oneAfterAnother(() => renderSvg(figure));
	const themed = useVariables(plain);
	const style = `<style>svg{${paletteVariables('light')}}@media (prefers-color-scheme:dark){svg{${paletteVariables('dark')}}}</style>`;
	return {
		name,
		title,
		caption,
		inlineSvg: themed,
		svg: `${themed.replace(/^(<svg[^>]*>)/u, `$1${style}`)}\n`,
		png: () => renderPng(plain),
	};
}

let lastDrawn: Promise<unknown> = Promise.resolve();

/** Vega's ids count up in the whole process while it draws: two figures at once would take each other's. */
function oneAfterAnother<Value>(draw: () => Promise<Value>): Promise<Value> {
	const drawn = lastDrawn.then(draw);
	lastDrawn = drawn.catch(() => {});
	return drawn;
}

async function renderSvg({ name, caption, specification }: FigureSpecification): Promise<string> {
	const { loadVega } = await import('./load-vega.ts');
	const {
		vega: { parse, resetSVGDefIds, View },
		vegaLite: { compile },
	} = loadVega();
	const { spec } = compile({ ...specification, config: vegaConfig } as Parameters<typeof compile>[0]);
	const view = new View(parse(spec), { renderer: 'none' });
	// Ids count up over the life of the process; here every figure has its own, from its name.
	resetSVGDefIds();
	const svg = await view.toSVG();
	view.finalize();
	return (
		svg
			// One name for the whole figure says more to a screen reader than hundreds of nameless marks.
			.replaceAll(/ (?:role|aria-[a-z]+)="[^"]*"/gu, '')
			.replaceAll(/\b(id="|url\(#|href="#)(?=[a-z])/gu, `$1${name}-`)
			.replace(/^<svg /u, `<svg role="img" aria-label="${escapeAttribute(caption)}" `)
			.replaceAll(/ xmlns:xlink="[^"]*"/gu, '')
	);
}

const escapeAttribute = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

const fontFile = fileURLToPath(new URL('../fonts/dejavu-sans-latin.ttf', import.meta.url));

/** The font comes along, so that a machine without any gives the same picture. */
async function renderPng(svg: string): Promise<Uint8Array> {
	const { Resvg } = await import('@resvg/resvg-js');
	readFileSync(fontFile); // resvg draws without text instead of complaining about a missing font
	return new Resvg(svg, {
		fitTo: { mode: 'zoom', value: 2 },
		font: { fontFiles: [fontFile], loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
	})
		.render()
		.asPng();
}
