import type { Report, Setting } from '../report-schema.ts';
import { barFigures } from './bars.ts';
import { costQualityFigures } from './cost-quality.ts';
import { curveFigures } from './curves.ts';
import { labelFractionFigures } from './label-fractions.ts';
import { type FigureSpecification, type RenderedFigure, renderFigure } from './render-figure.ts';

/** The figures of one setting, and what its runs did not record. */
export interface SettingFigures {
	readonly figures: readonly RenderedFigure[];
	/** In words, for the page. */
	readonly missing: readonly string[];
}

/** Settings with figures; more would make a page that nobody reads. Their data are in report.json all the same. */
const mostSettings = 6;

/** Draws every figure of a report, setting by setting. */
export async function renderFigures({ settings }: Report): Promise<SettingFigures[]> {
	const drawn: SettingFigures[] = [];
	for (const [index, setting] of settings.slice(0, mostSettings).entries()) {
		const specifications = figuresOf(setting, settings.length > 1 ? `setting-${index + 1}-` : '');
		const figures: RenderedFigure[] = [];
		for (const specification of specifications) figures.push(await renderFigure(specification));
		drawn.push({ figures, missing: missingOf(setting) });
	}

	return drawn;
}

function figuresOf(setting: Setting, prefix: string): FigureSpecification[] {
	return [
		...barFigures(setting, prefix),
		...labelFractionFigures(setting, prefix),
		...curveFigures(setting, prefix),
		...costQualityFigures(setting, prefix),
	];
}

function missingOf({ groups }: Setting): string[] {
	const recorded = new Set(groups.flatMap(({ curves }) => curves.map(({ quantity }) => quantity)));
	return [
		...(recorded.has('fid') ? [] : ['Figure 21 (scores over generator steps): not recorded by these runs.']),
		...(recorded.has('generator.total') ? [] : ['Losses over generator steps: not recorded by these runs.']),
		...(recorded.has('discriminator.rotationAccuracy')
			? []
			: ['Rotation accuracy: no method here predicts rotations, or none recorded it.']),
		...(groups.filter(({ trainingSeconds }) => trainingSeconds !== null).length > 1
			? []
			: ['Cost against quality: fewer than two cells recorded their training time.']),
	];
}
