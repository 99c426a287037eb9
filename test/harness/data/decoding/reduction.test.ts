import test from 'ava';
import { chooseReduction, reducedExtent, reduceWindow } from '../../../../harness/data/decoding/reduction.ts';

const square = (side: number) => ({ top: 0, left: 0, height: side, width: side });

test('the reduction is the largest that leaves the resolution', t => {
	const ratios = [255, 256, 511, 512, 1023, 1024, 5000].map(side => chooseReduction(square(side), 128));
	t.deepEqual(ratios, [1, 2, 2, 4, 4, 8, 8]);
	t.is(chooseReduction({ top: 0, left: 0, height: 1200, width: 300 }, 128), 2);
});

test('a window keeps its place, rounded, and lies within the reduced picture', t => {
	t.deepEqual(reduceWindow({ top: 11, left: 6, height: 301, width: 301 }, { height: 375, width: 500 }, 2), {
		...{ top: 5, left: 3, height: 151, width: 151 },
	});
	t.deepEqual(reduceWindow(square(300), { height: 300, width: 300 }, 1), square(300));
	for (const ratio of [2, 4, 8] as const) {
		for (let extent = 64; extent < 90; extent++) {
			for (let side = 8 * ratio; side <= extent; side++) {
				for (const start of [0, Math.floor((extent - side) / 2), extent - side]) {
					const size = { height: extent, width: extent };
					const { top, height } = reduceWindow({ ...square(side), top: start, left: 0 }, size, ratio);
					const fits = top >= 0 && height >= 8 && top + height <= reducedExtent(extent, ratio);
					if (!fits) t.fail(`${start} + ${side} of ${extent} by ${ratio}: ${top} + ${height}`);
				}
			}
		}
	}
});
