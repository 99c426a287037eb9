import test from 'ava';
import { makeReport } from '../../reports/write-report.ts';
import { makeGrid } from './make-grid.ts';

test('Table 1 has the paper’s methods and our own', async t => {
	const { folder } = makeGrid({
		runs: [
			...[1, 2, 3].map(seed => ({
				method: 's2gan',
				title: 'S2GAN',
				labelFraction: 0.1,
				seed,
				fid: 9,
			})),
			{ method: 'mine', title: 'MINE', labelFraction: 0.1, seed: 1 },
		],
	});
	const { methods } = await makeReport(folder);
	const rowOf = (name: string) => methods.rows.find(([method]) => method === name);
	t.is(rowOf('S2GAN')?.at(-1), 's2gan: 3 of 3 runs');
	t.is(rowOf('CLUSTERING')?.at(-1), 'not in this grid');
	t.deepEqual(rowOf('MINE'), ['MINE', 'not in the paper', 'mine: 0 of 1 runs']);
});
