import test from 'ava';
import { createKit } from '../../../../harness/data/shapes/figure.ts';
import { figures } from '../../../../harness/data/shapes/figures.ts';
import { createStream } from '../../../../harness/tensor/random.ts';

test('labels are in alphabetical order', t => {
	t.deepEqual(Object.keys(figures), Object.keys(figures).sort());
});

for (const [name, figure] of Object.entries(figures)) {
	test(`every ${name} fills its square without leaving it, and varies`, t => {
		const drawn = new Set<string>();
		for (let index = 0; index < 50; index++) {
			const parts = figure(createKit(createStream(1, 'figures', index), [[0.5, 0.5, 0.5]]));
			const coordinates = parts.flatMap(part => [...part.outline]);
			const columns = coordinates.filter((_, position) => position % 2 === 0);
			const rows = coordinates.filter((_, position) => position % 2 === 1);
			t.is(columns.length, rows.length);
			t.true(
				coordinates.every(value => Math.abs(value) <= 1.05),
				`picture ${index} stays inside`,
			);
			t.true(Math.max(...columns) - Math.min(...columns) > 0.8, `picture ${index} is wide enough`);
			t.true(Math.max(...rows) - Math.min(...rows) > 0.8, `picture ${index} is high enough`);
			drawn.add(coordinates.map(value => value.toFixed(3)).join());
		}
		t.is(drawn.size, 50);
	});
}
