import test from 'ava';
import { shiftedPositions } from '../../../../methods/networks/layers/kernel-shifts.ts';

test('a single weight moves right and down', t => {
	t.deepEqual(shiftedPositions(1), [
		{ shift: 0, from: 0, to: 0 },
		{ shift: 1, from: 0, to: 1 },
		{ shift: 2, from: 0, to: 2 },
		{ shift: 3, from: 0, to: 3 },
	]);
});

test('the middle of a 3×3 kernel comes to lie on the four middles of a 4×4 one', t => {
	const middles = shiftedPositions(3).filter(({ from }) => from === 4);
	t.deepEqual(
		middles.map(({ to }) => to),
		[5, 6, 9, 10],
	);
});

test('each shift puts every position somewhere else', t => {
	for (const shift of [0, 1, 2, 3]) {
		const own = shiftedPositions(3).filter(position => position.shift === shift);
		t.deepEqual(
			own.map(({ from }) => from),
			[0, 1, 2, 3, 4, 5, 6, 7, 8],
		);
		t.is(new Set(own.map(({ to }) => to)).size, 9);
	}
});
