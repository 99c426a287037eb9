import test from 'ava';
import { assignLabels } from '../../../harness/run/assign-labels.ts';
import { noiseDataSet } from '../train/small-training.ts';

const dataSet = noiseDataSet();

test('methods without labels get the data as they are, and the manifest says so', t => {
	t.deepEqual(assignLabels(dataSet, 'no-labels', null), { dataSet, subset: undefined, labelled: null });
});

test('with all labels nothing is taken away', t => {
	for (const labelling of ['true-labels', 'labels-or-none', 'inferred-labels'] as const) {
		const assigned = assignLabels(dataSet, labelling, 1);
		t.is(assigned.dataSet, dataSet);
		t.is(assigned.subset, undefined);
		t.deepEqual(assigned.labelled?.perClass, [16, 16, 16]);
	}
});

test('true labels with a fraction leave the labelled images alone, the same for every method', t => {
	const { subset, labelled } = assignLabels(dataSet, 'true-labels', 0.25);
	t.is(subset?.length, 12);
	t.deepEqual(labelled?.perClass, [4, 4, 4]);
	t.is(assignLabels(dataSet, 'labels-or-none', 0.25).labelled?.digest, labelled?.digest);
});

test('labels or none keep every image and hide the labels of the others', t => {
	const selected = new Set(assignLabels(dataSet, 'true-labels', 0.25).subset);
	const assigned = assignLabels(dataSet, 'labels-or-none', 0.25);
	t.is(assigned.subset, undefined);
	for (const [index, label] of assigned.dataSet.train.labels.entries()) {
		t.is(label, selected.has(index) ? dataSet.train.labels[index] : -1);
	}
	// The data set itself stays as it was.
	t.false(dataSet.train.labels.includes(-1));
});
