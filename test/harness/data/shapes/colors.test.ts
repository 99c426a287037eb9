import test from 'ava';
import { type Color, colorFromHsv, drawColor, shadeColor } from '../../../../harness/data/shapes/colors.ts';
import { createStream } from '../../../../harness/tensor/random.ts';

const rounded = (color: Color): number[] => color.map(value => Number(value.toFixed(6)));

test('hue, saturation and value give the colors of the wheel', t => {
	t.deepEqual(rounded(colorFromHsv(0, 1, 1)), [1, 0, 0]);
	t.deepEqual(rounded(colorFromHsv(1 / 6, 1, 1)), [1, 1, 0]);
	t.deepEqual(rounded(colorFromHsv(1 / 3, 1, 0.5)), [0, 0.5, 0]);
	t.deepEqual(rounded(colorFromHsv(2 / 3, 0.5, 1)), [0.5, 0.5, 1]);
	t.deepEqual(rounded(colorFromHsv(0.3, 0, 0.7)), [0.7, 0.7, 0.7]);
	// colorsys.hsv_to_rgb(0.55, 0.6, 0.8) of Python.
	t.deepEqual(rounded(colorFromHsv(0.55, 0.6, 0.8)), [0.32, 0.656, 0.8]);
});

test('shading ends in black and white', t => {
	t.deepEqual(rounded(shadeColor([0.2, 0.4, 0.6], -1)), [0, 0, 0]);
	t.deepEqual(rounded(shadeColor([0.2, 0.4, 0.6], 1)), [1, 1, 1]);
	t.deepEqual(rounded(shadeColor([0.2, 0.4, 0.6], -0.5)), [0.1, 0.2, 0.3]);
});

test('drawn colors stand out from the avoided ones far more often than by chance', t => {
	const background: Color = [0.7, 0.4, 0.3];
	const countNear = (avoided: readonly Color[]): number => {
		const stream = createStream(1, 'colors');
		let near = 0;
		for (let draw = 0; draw < 500; draw++) {
			const [red, green, blue] = drawColor(stream, avoided);
			const distance = 0.3 * (red - 0.7) ** 2 + 0.5 * (green - 0.4) ** 2 + 0.2 * (blue - 0.3) ** 2;
			if (distance < 0.32 ** 2) near++;
		}
		return near;
	};
	const avoiding = countNear([background]);
	const byChance = countNear([]);
	t.true(byChance > 150 && avoiding < 50, `near: ${avoiding} of 500, by chance ${byChance}`);
});
