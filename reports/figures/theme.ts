// Colours of all figures. The eight series are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), made for
// every kind of colour vision; marks differ in shape or dash as well, so that a print in grey can be read.

/** Each colour of a figure: its name as a CSS variable, in a light page, in a dark page. */
const palette = {
	ink: ['#16181d', '#e8eaef'],
	muted: ['#565b66', '#a9b0bd'],
	grid: ['#dfe2e8', '#363b46'],
	surface: ['#fdfdfe', '#15181e'],
	'series-1': ['#0072b2', '#56a8e0'],
	'series-2': ['#d55e00', '#f08a3c'],
	'series-3': ['#009e73', '#2fc79a'],
	'series-4': ['#b0578c', '#e08fc0'],
	'series-5': ['#8a6d00', '#e6c229'],
	'series-6': ['#3f8fb8', '#8fd0f5'],
	'series-7': ['#6b6f76', '#c3c8d1'],
	'series-8': ['#5b3fa8', '#a893ee'],
} as const;
export type Tone = keyof typeof palette;

/** The light colour: what a specification of a figure uses, and what the PNG shows. */
export const tone = (name: Tone): string => palette[name][0];

const seriesTones: readonly string[] = (Object.keys(palette) as Tone[])
	.filter(name => name.startsWith('series-'))
	.map(tone);

const dashes: readonly (readonly number[])[] = [
	[1, 0],
	[6, 3],
	[2, 2],
	[8, 3, 2, 3],
	[4, 4],
];
const shapes: readonly string[] = [
	'circle',
	'square',
	'triangle-up',
	'diamond',
	'triangle-down',
	'cross',
	'triangle-left',
];

/** Series that a figure shows at most. Eight colours, five dashes and seven shapes: no two of them look the same. */
export const mostSeries = 35;

/** Encodings that tell series apart by colour together with a dash or a shape, under one legend. */
export function seriesEncodings(names: readonly string[]) {
	const pick = <Value>(values: readonly Value[]) => names.map((_, index) => values[index % values.length]!);
	const channel = <Value>(range: readonly Value[]) => ({
		field: 'method',
		type: 'nominal',
		title: null,
		sort: names,
		scale: { domain: names, range },
	});
	return {
		color: channel(pick(seriesTones)),
		strokeDash: channel(pick(dashes)),
		shape: channel(pick(shapes)),
	};
}

const fontFamily = 'DejaVu Sans, Verdana, sans-serif';

/** CSS declarations of the palette, as variables `--figure-…`. */
export function paletteVariables(kind: 'light' | 'dark'): string {
	const index = kind === 'light' ? 0 : 1;
	return Object.entries(palette)
		.map(([name, colours]) => `--figure-${name}:${colours[index]}`)
		.join(';');
}

/** Replaces the light colours of an SVG by the variables, so that it follows the page or the system. */
export function useVariables(svg: string): string {
	let themed = svg;
	for (const [name, [light]] of Object.entries(palette)) {
		themed = themed.replaceAll(`"${light}"`, `"var(--figure-${name})"`);
	}

	return themed;
}

/** Settings that all figures share. */
export const vegaConfig = {
	background: tone('surface'),
	font: fontFamily,
	aria: false,
	view: { stroke: null },
	axis: {
		labelColor: tone('ink'),
		titleColor: tone('ink'),
		titleFontWeight: 'normal',
		domainColor: tone('muted'),
		tickColor: tone('muted'),
		gridColor: tone('grid'),
		labelFontSize: 11,
		titleFontSize: 12,
		labelLimit: 220,
	},
	legend: {
		labelColor: tone('ink'),
		titleColor: tone('ink'),
		titleFontWeight: 'normal',
		labelFontSize: 11,
		titleFontSize: 12,
		labelLimit: 220,
		orient: 'top',
		columns: 4,
	},
	header: { labelColor: tone('ink'), titleColor: tone('ink'), labelFontSize: 12, titleFontSize: 12 },
	text: { color: tone('ink') },
} as const;
