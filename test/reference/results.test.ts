import test from 'ava';
import { readResults } from '../../reference/results.ts';

type Cell = { value: number } | { mean: number; std: number | null };

/** Every [median, mean, std] that the paper prints twice, with the cell's name. */
function* pairs(): Generator<[name: string, median: number, mean: number, std: number]> {
	const results = readResults();
	const couples = [
		['table2', 'table14'],
		['table4', 'table12'],
		['table5', 'table13'],
	] as const;
	for (const [medians, means] of couples) {
		for (const row of results[medians].rows) {
			const name = row.method.replace('+', '');
			const other = results[means].rows.find(candidate => candidate.method === name);
			for (const metric of ['fid', 'is'] as const) {
				const left = flatten(row[metric]);
				const right = flatten(other![metric]);
				for (const [column, cell] of Object.entries(left)) {
					const mean = right[column] as { mean: number; std: number };
					yield [`${row.method} ${metric} ${column}`, (cell as { value: number }).value, mean.mean, mean.std];
				}
			}
		}
	}
}

function flatten(cells: object): Record<string, Cell> {
	return 'confidence' in cells ? { all: cells as unknown as Cell } : (cells as Record<string, Cell>);
}

test('a median of three lies within std/√2 of the mean in all 46 cells, as only a population std allows', t => {
	const rounding = 0.05 + 0.05 + 0.005;
	const all = [...pairs()];
	t.is(all.length, 46);
	for (const [name, median, mean, std] of all) {
		t.true(Math.abs(median - mean) <= std / Math.SQRT2 + rounding, name);
	}
});

test('a sample std would make cells of the paper impossible', t => {
	const rounding = 0.05 + 0.05 + 0.005;
	const impossible = [...pairs()].filter(
		([, median, mean, std]) => Math.abs(median - mean) > std / Math.sqrt(3) + rounding,
	);
	t.deepEqual(
		impossible.map(([name]) => name),
		['SINGLE LABEL fid all', 'SINGLE LABEL is all', 'S2GAN +SOFT is 20'],
	);
});

test('rows that two tables print are equal', t => {
	const { table4, table5, table12, table13 } = readResults();
	t.deepEqual(table4.rows.find(row => row.method === 'S2GAN')?.fid, table5.rows[0]?.fid);
	t.deepEqual(table4.rows.find(row => row.method === 'S2GAN')?.is, table5.rows[0]?.is);
	t.deepEqual(table12.rows.find(row => row.method === 'S2GAN')?.fid, table13.rows[0]?.fid);
	t.deepEqual(table12.rows.find(row => row.method === 'S2GAN')?.is, table13.rows[0]?.is);
});

test('errors of the classifier fall with more labels, and top 5 below top 1', t => {
	const [top1, top5] = readResults().table3.rows;
	for (const row of [top1!, top5!]) {
		t.true(row['5'].value > row['10'].value && row['10'].value > row['20'].value);
	}
	for (const percent of ['5', '10', '20'] as const) {
		t.true(top5![percent].value < top1![percent].value);
	}
});

test('is frozen', t => {
	t.throws(() => Object.assign(readResults().table2.rows[0]!.fid, { value: 1 }), { instanceOf: TypeError });
});
