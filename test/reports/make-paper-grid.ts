import { readFileSync } from 'node:fs';
import type { Metric } from '../../reports/report-schema.ts';
import { makeGrid } from './make-grid.ts';

type Printed = { printed: [median: number, mean: number, std: number]; seeds: [number, number, number] };
export type PaperCell = { method: string; labelFraction: number | null } & Record<Metric, Printed>;

/** Made by ci/golden/paper_seeds.py from the tables of the paper, typed there. */
export const paperCells: readonly PaperCell[] = JSON.parse(
	readFileSync(new URL('paper-seeds.json', import.meta.url), 'utf8'),
);

const titles: Readonly<Record<string, string>> = {
	'random-label': 'RANDOM LABEL',
	'single-label': 'SINGLE LABEL',
	'single-label-ss': 'SINGLE LABEL (SS)',
	clustering: 'CLUSTERING',
	'clustering-ss': 'CLUSTERING (SS)',
	s2gan: 'S2GAN',
	's2gan-co': 'S2GAN-CO',
	's2gan-soft': 'S2GAN +SOFT',
	s3gan: 'S3GAN',
	's3gan-co': 'S3GAN-CO',
};

/** Run folders with three plausible seeds for each cell of the paper; `move` may change single values. */
export function makePaperGrid(
	move: (cell: PaperCell, metric: Metric, index: number, value: number) => number = (_, __, ___, value) =>
		value,
): ReturnType<typeof makeGrid> {
	return makeGrid({
		runs: paperCells.flatMap(cell =>
			[0, 1, 2].map(index => {
				const fid = move(cell, 'fid', index, cell.fid.seeds[index]!);
				const inceptionScore = move(cell, 'inceptionScore', index, cell.inceptionScore.seeds[index]!);
				const loss = (step: number) => ({
					event: 'metrics',
					step,
					losses: { 'discriminator.total': 1 + index / 10, 'generator.total': step / 250_000 },
				});
				const scored = (step: number, factor: number) => ({
					event: 'evaluation',
					step,
					fid: fid * factor,
					inceptionScore: inceptionScore / factor,
				});
				return {
					method: cell.method,
					title: titles[cell.method]!,
					labelFraction: cell.labelFraction,
					seed: index + 1,
					fid,
					inceptionScore,
					manifest: true,
					events: [
						{ event: 'started' },
						loss(125_000),
						scored(125_000, 1.5),
						loss(250_000),
						scored(250_000, 1),
						{ event: 'completed', trainingMs: 3_600_000, totalMs: 3_700_000 },
					],
				};
			}),
		),
	});
}
