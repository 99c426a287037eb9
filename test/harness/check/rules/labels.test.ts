import { rmSync } from 'node:fs';
import test from 'ava';
import { readGrid } from '../../../../harness/check/read-grid.ts';
import { labels } from '../../../../harness/check/rules/labels.ts';
import { describeSubset, selectLabelled } from '../../../../harness/data/label-subset.ts';
import { createStream } from '../../../../harness/tensor/random.ts';
import { type MadeRun, makeGrid } from '../../../reports/make-grid.ts';

/** Ten classes of 4 to 130 images. */
const sizes = [130, 97, 55, 4, 61, 20, 118, 33, 75, 7];
const total = 600;
const ofClasses = sizes.flatMap((size, label) => Array.from({ length: size }, () => label));
const order = createStream(1, 'test').permutation(total);
const trueLabels = Int32Array.from(order, index => ofClasses[index]!);

const chosen = (fraction: number) =>
	describeSubset(trueLabels, 10, selectLabelled({ labels: trueLabels, classes: 10, fraction, seed: 1 }));

interface Change {
	readonly method?: string;
	readonly fraction?: number | null;
	readonly manifest?: Record<string, unknown>;
	/** Whether the manifests say how many images each class has. */
	readonly counted?: boolean;
	readonly others?: readonly MadeRun[];
}

/** What the rule finds in one run that keeps it but for these changes. */
async function found({ method = 's2gan-co', fraction = 0.1, manifest, counted = true, others = [] }: Change) {
	const labelled = fraction === null ? null : chosen(fraction);
	const dataSet = { name: 'mine', digest: 'd', ...(counted && { imagesPerClass: sizes }) };
	const { folder } = makeGrid({
		dataSet: 'mine',
		runs: [
			{
				...{ method, labelFraction: fraction, seed: 1, fid: 8, manifest: true },
				changeManifest: { imagesUsed: total, labelled, dataSet, ...manifest },
			},
			...others,
		],
	});
	const violations = await labels.check(readGrid(folder));
	rmSync(folder, { recursive: true });
	return violations.map(({ actual, notChecked }) => `${notChecked ? 'not checked: ' : ''}${actual}`);
}

test('what the harness chooses is right, at every fraction', async t => {
	for (const fraction of [0.001, 0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 0.99, 1]) {
		t.deepEqual(await found({ fraction }), [], String(fraction));
	}
});

test('a histogram of the right total is wrong if one class has an image too many and another one too few', async t => {
	const labelled = chosen(0.1);
	const perClass = labelled.perClass.map((count, label) => count + (label === 0 ? 1 : label === 1 ? -1 : 0));
	t.deepEqual(await found({ manifest: { labelled: { ...labelled, perClass } } }), [
		`${perClass[0]} of class 0, ${perClass[1]} of class 1`,
	]);
});

test('all in one class, all images, no image and a sum that is none are wrong', async t => {
	const labelled = chosen(0.1);
	const { count } = labelled;
	const say = (change: object | null) =>
		found({ manifest: { labelled: change && { ...labelled, ...change } } });
	t.deepEqual(await say({ perClass: [count - 9, ...Array(9).fill(1)] }), [
		`${count - 9} of class 0, 1 of class 1, 1 of class 2, and 5 other classes are wrong`,
	]);
	t.deepEqual(await say({ count: total, perClass: sizes }), [
		'130 of class 0, 97 of class 1, 55 of class 2, and 7 other classes are wrong',
	]);
	t.deepEqual(await say({ perClass: sizes }), [`${total} images, at least 4 in a class`]);
	t.deepEqual(await say({ perClass: [count, ...Array(9).fill(0)] }), [
		`${count} images, at least 0 in a class`,
	]);
	t.deepEqual(await say({ perClass: [count - 1, 1] }), ['2 classes']);
	t.deepEqual(await say(null), ['labels of no image']);
});

test('the classes are known from a run with all labels, or from what the data are made of', async t => {
	const labelled = chosen(0.1);
	const perClass = [labelled.count - 9, ...Array(9).fill(1)];
	const wrong = { manifest: { labelled: { ...labelled, perClass } } };
	const dataSet = { name: 'mine', digest: 'd' };
	const all: MadeRun = {
		...{ method: 'big-gan', labelFraction: 1, seed: 1, fid: 8, manifest: true },
		changeManifest: { imagesUsed: total, labelled: chosen(1), dataSet },
	};
	t.deepEqual(await found({ counted: false, others: [all] }), []);
	t.is((await found({ ...wrong, counted: false, others: [all] })).length, 1);
	const recipe = 'shapes: built-in drawings version 1, seed 1, 32×32, 600 train, 500 test';
	const tenEach = { ...labelled, count: 60, perClass: Array(10).fill(6) };
	const drawn = (subset: object) =>
		found({ counted: false, manifest: { dataSet: { ...dataSet, recipe }, labelled: subset } });
	t.deepEqual(await drawn(tenEach), []);
	t.is((await drawn({ ...tenEach, perClass: [51, ...Array(9).fill(1)] })).length, 1);
	// Nobody says how large the classes are: the count is right, which is not enough.
	t.deepEqual(await found({ ...wrong, counted: false }), [
		`not checked: ${labelled.count} images; how many of each class is not recorded`,
	]);
	t.deepEqual(
		await found({ counted: false, manifest: { labelled: { ...labelled, count: total, perClass: sizes } } }),
		[`${total} images`],
	);
});

test('classes that are counted otherwise than in other runs of the same data are wrong', async t => {
	const other = (seed: number): MadeRun => ({
		...{ method: 'random-label', labelFraction: null, seed, fid: 8, manifest: true },
		changeManifest: { imagesUsed: total, dataSet: { name: 'mine', digest: 'd', imagesPerClass: sizes } },
	});
	const dataSet = { name: 'mine', digest: 'd', imagesPerClass: sizes.toReversed() };
	const violations = await found({ manifest: { dataSet }, others: [other(1), other(2)] });
	t.deepEqual(violations, ['7 of class 0, 75 of class 1, 33 of class 2, and 7 other classes are wrong']);
});

test('without a record of the labelled images nothing can be said, but of those that a method keeps alone', async t => {
	t.deepEqual(await found({ manifest: { labelled: undefined } }), [
		'not checked: no record of the labelled images',
	]);
	const kept = (imagesUsed: number) =>
		found({ method: 'big-gan', manifest: { labelled: undefined, imagesUsed } });
	t.deepEqual(await kept(60), ['not checked: 60 images; how many of each class is not recorded']);
	t.deepEqual(await kept(90), ['90 images']);
	t.deepEqual(await kept(50), ['50 images']);
});

test('runs that keep the labelled images alone do not say how many there are', async t => {
	const { count } = chosen(0.1);
	t.deepEqual(await found({ method: 'big-gan', counted: false, manifest: { imagesUsed: count } }), [
		`not checked: ${count} images; how many there are is not recorded`,
	]);
});

test('a method that keeps the labelled images alone uses these, every other one uses all', async t => {
	const { count } = chosen(0.1);
	t.deepEqual(await found({ method: 'big-gan', manifest: { imagesUsed: count } }), []);
	t.deepEqual(await found({ method: 'big-gan' }), [String(total)]);
	t.deepEqual(await found({ manifest: { imagesUsed: count } }), [String(count)]);
	t.deepEqual(await found({ method: 'random-label', fraction: null }), []);
	t.deepEqual(await found({ method: 'random-label', fraction: null, manifest: { imagesUsed: 60 } }), ['60']);
});

test('a method without labels has read none', async t => {
	t.deepEqual(await found({ method: 'random-label', fraction: null, manifest: { labelled: chosen(0.1) } }), [
		`labels of ${chosen(0.1).count} images`,
	]);
});

test('labels were inferred from those of the same images, in the form that the method asks for', async t => {
	const labelled = chosen(0.1);
	const inferred = (change: object | null | undefined) =>
		found({
			method: 's3gan',
			manifest: {
				preparedLabels: change && { kind: 'inferred-labels', labelledSubset: labelled, ...change },
			},
		});
	t.deepEqual(await inferred({}), []);
	t.deepEqual(await inferred({ labelledSubset: chosen(0.2) }), [
		`from those of images ${chosen(0.2).digest.slice(0, 12)}`,
	]);
	t.deepEqual(await inferred({ kind: 'inferred-soft-labels' }), ['inferred-soft-labels']);
	t.deepEqual(await inferred(null), ['labels that nothing inferred']);
	t.deepEqual(await inferred(undefined), ['not checked: not recorded']);
});

test('a list of images has a histogram of its own, which is that of its digest', async t => {
	const labelled = { count: 60, perClass: [12, 9, 3, 3, 6, 5, 12, 3, 6, 1], digest: 'e'.repeat(64) };
	const listed = (change: object = {}, labelList = labelled.digest) =>
		found({ manifest: { identity: identityWith(labelList), labelled: { ...labelled, ...change } } });
	t.deepEqual(await listed(), []);
	t.deepEqual(await listed({}, 'f'.repeat(64)), ['eeeeeeeeeeee']);
	t.deepEqual(await listed({ perClass: [10, 9, 3, 5, 6, 5, 12, 3, 6, 1] }), ['5 of class 3']);
	t.deepEqual(await listed({ count: 120, perClass: labelled.perClass.map(count => 2 * count) }), [
		'120 images',
		'6 of class 3',
	]);
});

function identityWith(labelList: string): Record<string, unknown> {
	return {
		...{ method: 's2gan-co', options: {}, settings: {}, labelFraction: 0.1, labelList, seed: 1 },
		...{ dataSet: 'd', protocol: 'p', backend: 'b' },
	};
}

test('methods and seeds share the labelled images; the few that do not are found', async t => {
	const labelled = { ...chosen(0.1), digest: 'e'.repeat(64) };
	const other = (seed: number): MadeRun => ({
		...{ method: 's2gan-co', labelFraction: 0.1, seed, fid: 8, manifest: true },
		changeManifest: {
			...{ imagesUsed: total, labelled: chosen(0.1) },
			dataSet: { name: 'mine', digest: 'd', imagesPerClass: sizes },
		},
	});
	t.deepEqual(await found({ others: [other(2), other(3)] }), []);
	t.deepEqual(await found({ manifest: { labelled }, others: [other(2), other(3)] }), ['eeeeeeeeeeee']);
});
