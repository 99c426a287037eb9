import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { randomInceptionImages, randomInceptionWeights } from '../../../../../ci/parity/random-inception.ts';
import { UsageError } from '../../../../../harness/errors.ts';
import { createInception } from '../../../../../harness/metrics/inception/inception.ts';
import { readInceptionWeights } from '../../../../../harness/metrics/inception/weights/read-weights.ts';
import { weightsDigestOf } from '../../../../../harness/metrics/inception/weights.ts';
import { encodeSafetensors } from '../../../../../harness/tensor/safetensors.ts';
import { tf } from '../../../../../harness/tensor/tensorflow.ts';
import { fixture, frozenGraphOf, npyOf, npzOf, oldPthOf, pthOf, tarOf, zipOf } from '../weight-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'inception-weights-'));
test.after.always(() => rmSync(folder, { recursive: true }));

const weights = randomInceptionWeights(1);
const graph = frozenGraphOf(weights);
const intact: ReadonlyArray<readonly [name: string, format: string, bytes: Buffer]> = [
	['frozen.pb', 'TensorFlow frozen graph', graph],
	['new.pth', 'PyTorch state dictionary', pthOf(weights)],
	['old.pth', 'PyTorch state dictionary', oldPthOf(weights)],
	['arrays.npz', 'NumPy archive', npzOf(weights)],
	['weights.safetensors', 'safetensors', encodeSafetensors({ tensors: weights, metadata: {} })],
];

function write(name: string, bytes: Buffer): string {
	const file = path.join(folder, name);
	writeFileSync(file, bytes);
	return file;
}

test.serial('one set of weights gives identical features from every format', async t => {
	const images = tf.tensor4d(randomInceptionImages(1, 1), [1, 299, 299, 3]);
	const before = tf.memory().numTensors;
	let first: Buffer | undefined;
	for (const [name, format, bytes] of intact) {
		const read = await readInceptionWeights(write(name, bytes));
		t.is(read.format, format as typeof read.format);
		t.is(read.sha256, createHash('sha256').update(bytes).digest('hex'));
		t.is(read.member, undefined);
		t.is(weightsDigestOf(read.weights), weightsDigestOf(weights), name);
		const inception = createInception(read.weights);
		const { pool, logits, logitsWithoutBias } = inception.extract(images);
		const values = [pool, logits, logitsWithoutBias].map(tensor => new Uint8Array(tensor.dataSync().buffer));
		first ??= Buffer.concat(values);
		t.true(first.equals(Buffer.concat(values)), name);
		tf.dispose([pool, logits, logitsWithoutBias]);
		inception.dispose();
	}
	t.is(tf.memory().numTensors, before);
	images.dispose();
});

test.serial('a graph is found in its archive, and the digest is that of the graph', async t => {
	const archive = tarOf([
		['LICENSE', Buffer.from('text')],
		['./classify_image_graph_def.pb', graph],
		['other.pb', Buffer.from('x')],
	]);
	const {
		sha256,
		member,
		weights: read,
	} = await readInceptionWeights(write('inception.tgz', gzipSync(archive, { level: 0 })));
	t.is(sha256, createHash('sha256').update(graph).digest('hex'));
	t.is(member, './classify_image_graph_def.pb', 'what the digest is of');
	t.is(weightsDigestOf(read), weightsDigestOf(weights));
});

test.serial('every format is refused when it is cut short, whatever its name', async t => {
	const expected = [
		/frozen\.pb: .* as a TensorFlow graph it claims \d+ bytes for field 1, has \d+$/u,
		/new\.pth: .* not a complete zip file \(no end record\)$/u,
		/old\.pth: .* storage '\d+' ends at byte \d+, the file has \d+; it is cut short$/u,
		/arrays\.npz: .* not a complete zip file \(no end record\)$/u,
		/weights\.safetensors: not a safetensors file .*it is truncated$/u,
	];
	for (const [index, [name, , bytes]] of intact.entries()) {
		const file = write(name, bytes.subarray(0, bytes.length >> 1));
		await t.throwsAsync(
			readInceptionWeights(file),
			{ instanceOf: UsageError, message: expected[index] },
			name,
		);
	}
	const cutArchive = gzipSync(tarOf([['a.pb', graph]]), { level: 0 }).subarray(0, -1000);
	await t.throwsAsync(readInceptionWeights(write('cut.tgz', cutArchive)), {
		message: /cut\.tgz: .* its compression is damaged or it is cut short \(Z_BUF_ERROR\)$/u,
	});
});

const refused = test.macro(async (t, bytes: () => Buffer, problem: string) => {
	const file = write(`refused-${t.title.replaceAll(/\W+/gu, '-')}`, bytes());
	await t.throwsAsync(readInceptionWeights(file), {
		instanceOf: UsageError,
		message: `${file}: cannot be read as Inception's weights: ${problem}`,
	});
});

test('an empty file is refused', refused, () => Buffer.alloc(0), 'it is empty');
test(
	'a file of another kind is refused',
	refused,
	() => Buffer.from('<!DOCTYPE html>'),
	'it is no TensorFlow graph, PyTorch dictionary, NumPy archive or safetensors file',
);
test(
	'a single array is refused',
	refused,
	() => npyOf([2], new Float32Array(2)),
	'it is one NumPy array, expected an .npz of all 472 tensors',
);
test(
	'a zip file of something else is refused',
	refused,
	() => zipOf([['cat.png', Buffer.from('x')]]),
	"it is a zip file of neither NumPy nor PyTorch (first entry 'cat.png')",
);
test(
	'an archive without a graph is refused',
	refused,
	() => gzipSync(tarOf([['cat.png', Buffer.from('x')]])),
	'its archive holds 0 graphs (.pb), expected one',
);
test(
	'other tensors are refused',
	refused,
	() => npzOf(new Map([['weight', { shape: [2], values: new Float32Array(2) }]])),
	"none of its 1 tensors is Inception's (the first is 'weight', expected names like 'conv/conv2d_params' or 'Conv2d_1a_3x3.conv.weight')",
);

test('a missing tensor, another shape and NaN are refused by name', async t => {
	const changed = (
		change: (copy: Map<string, { shape: readonly number[]; values: Float32Array }>) => void,
	) => {
		const copy = new Map(weights);
		change(copy);
		return encodeSafetensors({ tensors: copy, metadata: {} });
	};
	const without = write(
		'without',
		changed(copy => copy.delete('mixed_9/tower_2/conv/conv2d_params')),
	);
	await t.throwsAsync(readInceptionWeights(without), {
		message: `${without}: cannot be read as Inception's weights: it has no 'mixed_9/tower_2/conv/conv2d_params' (471 of 472 tensors are there)`,
	});
	const reshaped = write(
		'reshaped',
		changed(copy => copy.set('softmax/biases', { shape: [1001], values: new Float32Array(1001) })),
	);
	await t.throwsAsync(readInceptionWeights(reshaped), {
		message: `${reshaped}: cannot be read as Inception's weights: 'softmax/biases' has shape [1001], expected [1008]`,
	});
	const values = new Float32Array(1008);
	values[5] = Number.NaN;
	const nan = write(
		'nan',
		changed(copy => copy.set('softmax/biases', { shape: [1008], values })),
	);
	await t.throwsAsync(readInceptionWeights(nan), {
		message: `${nan}: 'softmax/biases' holds NaN at position 5, expected finite numbers`,
	});
});

test('a missing file and a folder are refused', async t => {
	await t.throwsAsync(readInceptionWeights(path.join(folder, 'none.pb')), {
		message: /none\.pb: cannot be read as Inception's weights: there is no such file$/u,
	});
	await t.throwsAsync(readInceptionWeights(folder), {
		message: /cannot be read as Inception's weights: it is a folder$/u,
	});
});

test('a pickle by itself is refused', async t => {
	await t.throwsAsync(readInceptionWeights(fileURLToPath(fixture('hostile.pkl'))), {
		message: /it is a pickle that PyTorch did not write; only dictionaries of tensors are read$/u,
	});
});
