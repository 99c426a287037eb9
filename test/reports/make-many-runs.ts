import { makeGrid } from './make-grid.ts';

/** An output folder with thousands of finished runs: 40 cells, each with the same number of seeds and 200 log lines. */
export function makeManyRuns(count: number): ReturnType<typeof makeGrid> {
	const cells = Array.from({ length: 10 }, (_, method) =>
		[0.05, 0.1, 0.2, 1].map(labelFraction => ({ method: `method-${method + 1}`, labelFraction })),
	).flat();
	const seeds = count / cells.length;
	return makeGrid({
		runs: cells.flatMap(({ method, labelFraction }, cell) =>
			Array.from({ length: seeds }, (_, index) => {
				// Any spread will do; it must be the same on every machine.
				const wave = Math.sin(cell * 7 + index * 13);
				const line = (step: number) => ({
					event: 'metrics',
					step,
					losses: { 'discriminator.total': 1 + wave / step, 'generator.total': wave },
				});
				return {
					method,
					labelFraction,
					seed: index + 1,
					fid: 20 + cell / 10 + wave,
					inceptionScore: 30 + wave,
					manifest: true,
					events: [
						{ event: 'started' },
						...Array.from({ length: 200 }, (__, step) => line((step + 1) * 1250)),
						{ event: 'completed', trainingMs: 1000 + index },
					],
				};
			}),
		),
	});
}
