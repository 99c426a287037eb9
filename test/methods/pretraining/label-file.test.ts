import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { describeSubset } from '../../../harness/data/label-subset.ts';
import { UsageError } from '../../../harness/errors.ts';
import { readNpy } from '../../../harness/tensor/npy-file.ts';
import { readLabelFiles, writeLabelFiles } from '../../../methods/pretraining/label-file.ts';

function temporaryFolder(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'labels-'));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

const labels = Int32Array.of(2, 0, 2, 1);
const soft = Float32Array.of(0, 0.25, 0.75, 1, 0, 0, 0, 0, 1, 0.25, 0.5, 0.25);
const content = {
	classes: 3,
	labels,
	softLabels: [soft.subarray(0, 3), soft.subarray(3)],
	labelled: Uint32Array.of(1, 3),
	provenance: { method: 'by hand', errors: null },
};

test('labels, probabilities and provenance come back', t => {
	const folder = temporaryFolder(t);
	writeLabelFiles(folder, content);
	const found = readLabelFiles(folder);
	t.deepEqual(found.labels, labels);
	t.deepEqual(found.perClass, [1, 1, 2]);
	t.is(found.classes, 3);
	t.deepEqual(found.provenance, content.provenance);
	t.deepEqual(found.readSoftLabels(), soft);
	t.regex(found.labelsDigest, /^[0-9a-f]{64}$/u);
});

test('the labelled images lie beside them, with the digest of their subset; folders of old, without, are read', t => {
	const folder = temporaryFolder(t);
	writeLabelFiles(folder, content);
	const { shape, values } = readNpy(path.join(folder, 'labelled.npy'));
	t.deepEqual(shape, [2]);
	t.deepEqual(values, Int32Array.of(1, 3));
	const file = path.join(folder, 'labels.json');
	const { labelledImages, ...others } = JSON.parse(readFileSync(file, 'utf8'));
	t.deepEqual(labelledImages, {
		file: 'labelled.npy',
		digest: describeSubset(labels, 3, content.labelled).digest,
	});
	rmSync(path.join(folder, 'labelled.npy'));
	writeFileSync(file, JSON.stringify(others));
	t.deepEqual(readLabelFiles(folder).labels, labels);
});

test('without probabilities there are none', t => {
	const folder = temporaryFolder(t);
	writeLabelFiles(folder, { ...content, softLabels: null });
	t.is(readLabelFiles(folder).readSoftLabels(), null);
});

test('a label outside of the classes is refused', t => {
	const folder = temporaryFolder(t);
	t.throws(() => writeLabelFiles(folder, { ...content, labels: Int32Array.of(0, 3, 0, 0) }), {
		instanceOf: RangeError,
		message: 'label: expected 0 to 2, got 3',
	});
});

test('changed, missing and foreign files are refused', t => {
	const folder = temporaryFolder(t);
	t.throws(() => readLabelFiles(folder), { instanceOf: UsageError, message: /labels\.json cannot be read/u });
	writeLabelFiles(folder, content);
	for (const name of ['labels.npy', 'soft-labels.npy']) {
		const file = path.join(folder, name);
		const original = readFileSync(file);
		const changed = Buffer.from(original);
		changed[changed.length - 4] ^= 1;
		writeFileSync(file, changed);
		t.throws(() => readLabelFiles(folder).readSoftLabels(), {
			instanceOf: UsageError,
			message: `${folder}: no label files: ${name} is not the file that labels.json describes`,
		});
		writeFileSync(file, original);
	}
	writeFileSync(path.join(folder, 'labels.json'), '{"schemaVersion":1}');
	t.throws(() => readLabelFiles(folder), { instanceOf: UsageError, message: /labels\.json: /u });
});
