import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { describeSubset } from '../../../harness/data/label-subset.ts';
import { fractionOf, listedLabels } from '../../../harness/data/listed-labels.ts';
import { noiseDataSet } from '../train/small-training.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('the fraction of a list is the shortest one that stands for so many images', t => {
	// The sizes of published lists of ImageNet and CIFAR-10.
	t.is(fractionOf(128_116, 1_281_167, 1000), 0.1);
	t.is(fractionOf(12_811, 1_281_167, 1000), 0.01);
	t.is(fractionOf(13_000, 1_281_167, 1000), 0.01);
	t.is(fractionOf(4000, 50_000, 10), 0.08);
	t.is(fractionOf(45_678, 50_000, 10), 0.9136);
	t.is(fractionOf(50_000, 50_000, 10), 1);
	t.is(fractionOf(49_999, 50_000, 10), 0.99998, 'never all labels for some of them');
	t.is(fractionOf(1, 3, 0), 1 / 3);
});

test('a list is known by its images, not by its order or its words', t => {
	const dataSet = noiseDataSet();
	const named = {
		...dataSet.train,
		names: () => Array.from(dataSet.train.labels, (_, at) => `a/${at}-x.png`),
	};
	const folder = temporaryFolder(t);
	const read = (name: string, lines: string[]) => {
		const file = path.join(folder, name);
		writeFileSync(file, lines.join('\n'));
		return listedLabels(file, { ...dataSet, train: named });
	};
	const first = read('numbers', ['5', '3', '4', '0']);
	const { images, digest, fraction } = first;
	t.deepEqual([...images], [0, 3, 4, 5]);
	t.is(digest, describeSubset(named.labels, 3, images).digest);
	t.is(fraction, 0.08);
	t.is(read('names', ['0-x', 'a/3-x.png', '4-x.png', '5']).digest, digest);
	t.not(read('others', ['5', '3', '4', '1']).digest, digest);
});
