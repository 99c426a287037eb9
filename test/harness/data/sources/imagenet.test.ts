import { copyFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openSource } from '../../../../harness/data/sources/source.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { gather } from './gather.ts';
import { flatTree, validationLabels, validationNames, wnids, writeTree } from './imagenet-tree.ts';

const devkit = 'test/fixtures/data/sources/devkit/ILSVRC2012_devkit_t12.tar.gz';

function writeFlat(t: ExecutionContext, more: Readonly<Record<string, string>> = {}): string {
	const folder = temporaryFolder(t);
	writeTree(folder, { ...flatTree, ...more });
	return folder;
}

test('the labels of the fixture are those that SciPy and the devkit’s order give', t => {
	const { devkit: kit } = JSON.parse(readFileSync('test/fixtures/data/sources/expected.json', 'utf8'));
	t.deepEqual(kit.labels, validationLabels);
	t.deepEqual(kit.classNames, wnids);
});

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
const labelTexts = validationLabels.map(label => wnids[label]);

const lists: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	'imagenet_2012_validation_synset_labels.txt': {
		'imagenet_2012_validation_synset_labels.txt': text(labelTexts),
	},
	'val_labels.txt': {
		'val/val_labels.txt': text(
			validationNames.map((name, index) => `${name} ${labelTexts[index]}`).reverse(),
		),
	},
	'val.txt': {
		'val.txt': text(validationNames.map((name, index) => `${name} ${validationLabels[index]}`)),
	},
	'LOC_val_solution.csv': {
		'LOC_val_solution.csv': text([
			'ImageId,PredictionString',
			...validationNames.map(
				(name, index) => `${name.slice(0, -5)},${labelTexts[index]} 1 2 3 4 ${labelTexts[index]} 5 6 7 8 `,
			),
		]),
	},
};
for (const [name, files] of Object.entries(lists)) {
	test(`flat validation pictures get their labels from ${name}`, async t => {
		const source = await openSource(`imagenet:${writeFlat(t, files)}`);
		t.deepEqual([...(await source.labels('test'))], validationLabels);
		t.regex(source.recipe, new RegExp(`validation labels from ${name}$`, 'u'));
		t.deepEqual(
			(await gather(source, 'test')).map(({ key }) => key),
			validationNames,
		);
		t.deepEqual([...(await source.labels('train'))], [0, 0, 1, 1, 2, 2]);
	});
}

test('flat validation pictures get their labels from the packed devkit, whose numbers are not in sorted order', async t => {
	const folder = writeFlat(t);
	copyFileSync(devkit, path.join(folder, path.basename(devkit)));
	const source = await openSource(`imagenet:${folder}`);
	t.deepEqual([...(await source.labels('test'))], validationLabels);
	t.regex(source.recipe, /devkit ground truth$/u);
});

test('Kaggle’s archive is taken as it unpacks', async t => {
	const folder = temporaryFolder(t);
	writeTree(path.join(folder, 'ILSVRC/Data/CLS-LOC'), flatTree);
	writeTree(folder, lists['LOC_val_solution.csv']);
	t.deepEqual([...(await (await openSource(`imagenet:${folder}`)).labels('test'))], validationLabels);
});

test('validation pictures in class folders need no list', async t => {
	const folder = temporaryFolder(t);
	writeTree(
		folder,
		Object.fromEntries(
			wnids.flatMap(wnid => ['train', 'val'].map(split => [`${split}/${wnid}/${split}_${wnid}.JPEG`, 'x'])),
		),
	);
	const source = await openSource(`imagenet:${folder}`);
	t.deepEqual(source.classNames, wnids);
	t.deepEqual([...(await source.labels('test'))], [0, 1, 2]);
});

const refused = test.macro(
	async (t, files: Readonly<Record<string, string>>, message: (folder: string) => string) => {
		const folder = writeFlat(t, files);
		await t.throwsAsync(openSource(`imagenet:${folder}`), {
			instanceOf: UsageError,
			message: message(folder),
		});
	},
);
const inFolder = (problem: string) => (folder: string) => path.join(folder, problem);

test(
	'a list shorter than the pictures is refused',
	refused,
	{ 'val_labels.txt': text(labelTexts.slice(1)) },
	inFolder('val_labels.txt: has 3 labels for 4 validation pictures'),
);
test(
	'a list that leaves pictures out is refused with their names',
	refused,
	{ 'val.txt': text(validationNames.slice(2).map(name => `${name} 0`)) },
	inFolder(`val.txt: has no label for 2 of 4 validation pictures: ${validationNames.slice(0, 2).join(', ')}`),
);
test(
	'a list that names a picture twice is refused with both lines',
	refused,
	{ 'val.txt': text([...validationNames, validationNames[1]].map(name => `${name} 0`)) },
	inFolder(`val.txt: line 5: '${validationNames[1]}' is there already in line 2`),
);
test(
	'an unknown class is refused with its line',
	refused,
	{ 'val_labels.txt': text([...labelTexts.slice(0, 3), 'n99999999']) },
	inFolder(
		"val_labels.txt: line 4: expected one of the 3 classes (n01440764, …) or a number below 3, got 'n99999999'",
	),
);
test(
	'bare numbers are refused: only the devkit knows their order',
	refused,
	{ 'ILSVRC2012_validation_ground_truth.txt': text(['1', '3', '2', '1']) },
	inFolder(
		'ILSVRC2012_validation_ground_truth.txt: has numbers alone: those of the development kit are not in sorted order, and only its meta.mat says which class each is',
	),
);
test(
	'lines of another form are refused',
	refused,
	{ 'val.txt': text(['a 0', 'b', 'c 0', 'd 0']) },
	inFolder('val.txt: line 2: expected `NAME CLASS` or `CLASS` in every line'),
);
test(
	'labels that are all equal are refused',
	refused,
	{ 'val.txt': text(validationNames.map(name => `${name} 0`)) },
	folder => `imagenet: ${folder}: all 4 labels of the test split are 0 (n01440764)`,
);
test(
	'no list at all is refused with where it was looked for',
	refused,
	{},
	folder =>
		`imagenet: no list of the labels of the 4 validation pictures in ${path.join(folder, 'val')}, ${folder}`,
);
test(
	'a picture in two classes is refused',
	refused,
	{
		'train/n02102040/n01440764_1.JPEG': 'x',
		'val.txt': text(validationNames.map((name, index) => `${name} ${index % 2}`)),
	},
	() => 'imagenet: n01440764_1.JPEG is in two class folders, n01440764 and n02102040',
);

test('a folder without both splits is refused, and the level below or above is named', async t => {
	const folder = temporaryFolder(t);
	writeTree(
		folder,
		Object.fromEntries(
			wnids.flatMap(wnid =>
				['train', 'val'].map(split => [`set/${split}/${wnid}/${split}_${wnid}.JPEG`, 'x']),
			),
		),
	);
	for (const wrong of ['', 'set/train', 'set/val']) {
		const given = path.join(folder, wrong);
		const error = await t.throwsAsync(openSource(`imagenet:${given}`), {
			instanceOf: UsageError,
			message: `imagenet: ${given} has no train/`,
		});
		t.true(
			(error as UsageError).fix?.startsWith(`did you mean \`imagenet:${path.join(folder, 'set')}\`?`),
			wrong,
		);
	}
	await t.throwsAsync(openSource('imagenet:README.md'), {
		instanceOf: UsageError,
		message: /has no train\/$/u,
	});
});
