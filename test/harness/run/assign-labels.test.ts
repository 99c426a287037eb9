import test from 'ava';
import { assignLabels } from '../../../harness/run/assign-labels.ts';
import { noiseDataSet } from '../train/small-training.ts';

const dataSet = noiseDataSet();

test('methods without labels see none, and the manifest says so', t => {
	t.deepEqual(assignLabels(dataSet, 'no-labels', null), {
		labels: undefined,
		subset: undefined,
		labelled: null,
	});
});

test('with all labels nothing is hidden', t => {
	for (const labelling of ['true-labels', 'labels-or-none', 'inferred-labels'] as const) {
		const assigned = assignLabels(dataSet, labelling, 1);
		t.is(assigned.labels, undefined);
		t.is(assigned.subset, undefined);
		t.deepEqual(assigned.labelled?.perClass, [16, 16, 16]);
	}
});

test('listed images take the place of the random ones', t => {
	const listed = Uint32Array.of(0, 1, 5);
	t.deepEqual(assignLabels(dataSet, 'true-labels', 0.06, listed).subset, listed);
	const { labels, labelled } = assignLabels(dataSet, 'labels-or-none', 0.06, listed);
	t.deepEqual([...labels!.hard.subarray(0, 7)], [0, 1, -1, -1, -1, 2, -1]);
	t.deepEqual(labelled?.perClass, [1, 1, 1]);
});

test('true labels with a fraction leave the labelled images alone, the same for every method', t => {
	const { labels, subset, labelled } = assignLabels(dataSet, 'true-labels', 0.25);
	t.is(labels, undefined);
	t.is(subset?.length, 12);
	t.deepEqual(labelled?.perClass, [4, 4, 4]);
	t.is(assignLabels(dataSet, 'labels-or-none', 0.25).labelled?.digest, labelled?.digest);
});

test('labels or none keep every image and hide the labels of the others', t => {
	const selected = new Set(assignLabels(dataSet, 'true-labels', 0.25).subset);
	const { labels, subset } = assignLabels(dataSet, 'labels-or-none', 0.25);
	t.is(subset, undefined);
	t.is(labels?.classes, 3);
	for (const [index, label] of labels!.hard.entries()) {
		t.is(label, selected.has(index) ? dataSet.train.labels[index] : -1);
	}
	// The data set itself stays as it was.
	t.false(dataSet.train.labels.includes(-1));
});
