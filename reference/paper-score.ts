import { readResults } from './results.ts';
import type { Confidence } from './sources.ts';

export interface PaperScoreQuery {
	/** Name of the method, its folder's name under methods/. */
	readonly method: string;
	/** Part of the labels in (0, 1]; null for methods without labels. */
	readonly labelFraction: number | null;
	/** FID: lower is better. Inception score: higher is better. */
	readonly metric: 'fid' | 'inceptionScore';
	/** The paper prints the median of three seeds in the text, mean ± std in the appendix. */
	readonly statistic: 'median' | 'mean';
}

export interface PaperScore {
	readonly value: number;
	/** Population standard deviation (ddof = 0) over three seeds; only beside a mean. */
	readonly std?: number;
	/** Where the paper prints it: `Table 4`, or `text` outside the tables. */
	readonly table: string;
	readonly confidence: Confidence;
	readonly sources: readonly string[];
}

interface Rows {
	/** Row of the table of medians and of means; they differ for soft labels. */
	readonly median: readonly [table: 'table2' | 'table4' | 'table5', row: string];
	readonly mean: readonly [table: 'table12' | 'table13' | 'table14', row: string];
}

const rowsOf: Readonly<Record<string, Rows>> = {
	'random-label': { median: ['table2', 'RANDOM LABEL'], mean: ['table14', 'RANDOM LABEL'] },
	'single-label': { median: ['table2', 'SINGLE LABEL'], mean: ['table14', 'SINGLE LABEL'] },
	'single-label-ss': { median: ['table2', 'SINGLE LABEL (SS)'], mean: ['table14', 'SINGLE LABEL (SS)'] },
	clustering: { median: ['table2', 'CLUSTERING'], mean: ['table14', 'CLUSTERING'] },
	'clustering-ss': { median: ['table2', 'CLUSTERING (SS)'], mean: ['table14', 'CLUSTERING (SS)'] },
	s2gan: { median: ['table4', 'S2GAN'], mean: ['table12', 'S2GAN'] },
	's2gan-co': { median: ['table4', 'S2GAN-CO'], mean: ['table12', 'S2GAN-CO'] },
	s3gan: { median: ['table4', 'S3GAN'], mean: ['table12', 'S3GAN'] },
	's3gan-co': { median: ['table4', 'S3GAN-CO'], mean: ['table12', 'S3GAN-CO'] },
	's2gan-soft': { median: ['table5', 'S2GAN +SOFT'], mean: ['table13', 'S2GAN SOFT'] },
};

/** Methods that the paper names, by the names of their folders. */
export const paperMethods: readonly string[] = ['big-gan', ...Object.keys(rowsOf)];

/**
 * The paper's name of a method at a label fraction, as its tables print it; undefined for methods of others.
 * BigGAN with a part of the labels is BIGGAN-k%.
 */
export function paperRowName(method: string, labelFraction: number | null): string | undefined {
	if (method === 'big-gan') {
		return labelFraction === null || labelFraction === 1 ? 'BIGGAN' : `BIGGAN-${percentOf(labelFraction)}%`;
	}

	return Object.hasOwn(rowsOf, method) ? rowsOf[method]!.median[1] : undefined;
}

/**
 * A score of arXiv 1903.02271v1 (ImageNet 128×128, 250,000 generator steps, 50,000 images, five fake sets);
 * undefined where the paper prints none, such as BIGGAN-k%, whose runs collapsed.
 */
export function paperScore(query: PaperScoreQuery): PaperScore | undefined {
	const { method, labelFraction, metric, statistic } = query;
	const key = metric === 'fid' ? 'fid' : 'is';
	const results = readResults();
	if (method === 'big-gan') {
		const full = labelFraction === null || labelFraction === 1;
		return full && statistic === 'median'
			? medianOf(results.baselineBigGAN.reimplementation[key], 'text')
			: undefined;
	}

	if (!Object.hasOwn(rowsOf, method)) {
		return undefined;
	}

	if (method === 's3gan' && labelFraction === 0.025) {
		return statistic === 'median' ? medianOf(results.fewerThan5Percent[key], 'text') : undefined;
	}

	const [table, row] = rowsOf[method]![statistic];
	const cells = results[table].rows.find(candidate => candidate.method === row)![key];
	const cell = cellAt(cells, labelFraction);
	if (cell === undefined) {
		return undefined;
	}

	const name = table.replace('table', 'Table ');
	return 'value' in cell
		? medianOf(cell, name)
		: {
				value: cell.mean,
				...(cell.std === null ? {} : { std: cell.std }),
				table: name,
				confidence: cell.confidence,
				sources: cell.sources,
			};
}

type Results = ReturnType<typeof readResults>;
type Cells = Results[
	| 'table2'
	| 'table4'
	| 'table5'
	| 'table12'
	| 'table13'
	| 'table14']['rows'][number]['fid'];
type Median = Results['table2']['rows'][number]['fid'];
type Cell = Median | Results['table14']['rows'][number]['fid'];

/** Tables 2 and 14 have one cell a row, for no labels; the others have one for 5, 10 and 20 %. */
function cellAt(cells: Cells, labelFraction: number | null): Cell | undefined {
	if ('confidence' in cells) {
		return labelFraction === null ? cells : undefined;
	}

	const percent = labelFraction === null ? '' : percentOf(labelFraction);
	return percent === '5' || percent === '10' || percent === '20' ? cells[percent] : undefined;
}

function medianOf(cell: Median, table: string): PaperScore {
	return { value: cell.value, table, confidence: cell.confidence, sources: cell.sources };
}

/** 0.07 -> '7', although 0.07 × 100 is 7.000000000000001. */
function percentOf(labelFraction: number): string {
	return String(Number((labelFraction * 100).toPrecision(10)));
}
