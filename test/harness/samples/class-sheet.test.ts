import test from 'ava';
import { classSheet, classSheetPixels } from '../../../harness/samples/class-sheet.ts';

const config = { latentSize: 2, classes: 3 };
const grey = (...values: number[]) => Uint8Array.from(values.flatMap(value => [value, value, value]));
const train = {
	count: 6,
	labels: Int32Array.of(1, 0, 1, 1, 2, 0),
	read: (indices: ArrayLike<number>) => grey(...Array.from(indices, index => 10 + index)),
};
/** First channel of each one-pixel image. */
const values = (pixels: Uint8Array): number[] => [...pixels].filter((_, index) => index % 3 === 0);

test('each row has the first training images of a class and generated ones of the same', t => {
	const sheet = classSheet({ config, perClass: 2, seed: 1 }, { ofTraining: train.labels }, train.count);
	t.deepEqual(sheet.classes, [0, 1, 2]);
	t.deepEqual([...sheet.real], [1, 5, 0, 2, 4, -1]);
	t.deepEqual([...sheet.generated.labels!], [0, 0, 1, 1, 2, 2]);
	const pixels = classSheetPixels(sheet, { train, resolution: 1 }, grey(1, 2, 3, 4, 5, 6));
	t.deepEqual(values(pixels), [11, 15, 1, 2, 10, 12, 3, 4, 14, 255, 5, 6]);
});

test('chosen classes come in the order given, twice if asked for twice', t => {
	const request = { config, classes: [1, 0, 1], perClass: 2, seed: 1 };
	const sheet = classSheet(request, { ofTraining: train.labels }, train.count);
	t.deepEqual([...sheet.real], [0, 2, 1, 5, 0, 2]);
});

test('labels that say nothing about images show any images', t => {
	const one = { latentSize: 2, classes: 1 };
	const sheet = classSheet({ config: one, perClass: 2, seed: 1 }, { ofTraining: null }, train.count);
	t.deepEqual(sheet.classes, [0, 0, 0, 0, 0]);
	t.deepEqual([...sheet.real], [0, 1, 2, 3, 4, 5, -1, -1, -1, -1]);
});
