import test from 'ava';
import { chooseWindow, drawDistortedSquare } from '../../../../harness/data/preparation/window.ts';
import { createStream } from '../../../../harness/tensor/random.ts';
import { golden } from './golden.ts';

for (const { height, width, draws, whole, sides, least_room: leastRoom } of golden.squares) {
	test(`a distorted square of ${height}×${width} has the sides and places that TensorFlow draws`, t => {
		const stream = createStream(1, 'test', height, width);
		const squares = Array.from({ length: draws }, () => drawDistortedSquare(height, width, stream));
		if (sides === null) {
			t.is(whole, draws);
			t.true(squares.every(square => square.height === height && square.width === width));
			t.true(squares.every(square => square.top === 0 && square.left === 0));
			return;
		}
		t.true(squares.every(square => square.height === square.width));
		const drawn = squares.map(square => square.height);
		const [least, most, mean] = sides;
		t.is(Math.min(...drawn), least);
		t.is(Math.max(...drawn), most);
		const ours = drawn.reduce((sum, side) => sum + side) / draws;
		// Both means are of 3,000 draws; four standard errors of their difference.
		t.true(Math.abs(ours - mean) <= (4 * (most - least + 1)) / Math.sqrt(12) / Math.sqrt(draws / 2));
		const room = (extent: number, offset: 'top' | 'left'): number | null => {
			const free = squares.filter(square => square.height < extent);
			return free.length === 0
				? null
				: Math.min(...free.map(square => extent - square.height - 1 - square[offset]));
		};
		t.deepEqual([room(height, 'top'), room(width, 'left')], [...leastRoom]);
		t.true(squares.every(square => square.top >= 0 && square.left >= 0));
	});
}

test('the centre square rounds its offset down; the whole picture is the whole picture', t => {
	const stream = createStream(1, 'test');
	t.deepEqual(chooseWindow('centre', 8, 11, stream), { top: 0, left: 1, height: 8, width: 8 });
	t.deepEqual(chooseWindow('centre', 11, 8, stream), { top: 1, left: 0, height: 8, width: 8 });
	t.deepEqual(chooseWindow('whole', 11, 8, stream), { top: 0, left: 0, height: 11, width: 8 });
});

test('a random square has the shorter side and every place, the last one included', t => {
	const stream = createStream(1, 'test');
	const lefts = new Set<number>();
	for (let draw = 0; draw < 200; draw++) {
		const { top, left, height, width } = chooseWindow('random', 5, 8, stream);
		t.deepEqual([top, height, width], [0, 5, 5]);
		lefts.add(left);
	}
	t.deepEqual([...lefts].sort(), [0, 1, 2, 3]);
});

test('equal streams draw equal windows', t => {
	const draw = (name: string) => chooseWindow('distorted', 375, 500, createStream(1, name));
	t.deepEqual(draw('a'), draw('a'));
	t.notDeepEqual(draw('a'), draw('b'));
});
