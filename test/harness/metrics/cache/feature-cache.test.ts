import { execFileSync } from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { EnvironmentError, RunFailedError, UsageError } from '../../../../harness/errors.ts';
import { type FeatureKey, openFeatureCache } from '../../../../harness/metrics/cache/feature-cache.ts';
import { createFeatureAccumulator } from '../../../../harness/metrics/feature-statistics.ts';
import { countNativeTensors } from '../../../../harness/tensor/float64.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';
import { wave } from '../wave.ts';

const key: FeatureKey = {
	content: 'c',
	preprocessing: { resize: 'bilinear-legacy' },
	extractorFingerprint: 'e',
	logitsBias: true,
	backend: 'b',
};
const [count, dimension, classes] = [10, 3, 2];
const features = wave(count, dimension, 0.3, 0.2, 0.1);
const logits = wave(count, classes, 0.7, 0.1, 0.4);

function fill(root: string, theKey = key) {
	const writer = openFeatureCache(root).write(theKey, dimension, classes);
	for (const [from, to] of [
		[0, 6],
		[6, 10],
	]) {
		const part = tf.tensor2d(features.slice(from * dimension, to * dimension), [to - from, dimension]);
		const partLogits = tf.tensor2d(logits.slice(from * classes, to * classes), [to - from, classes]);
		writer.add(part, partLogits);
		tf.dispose([part, partLogits]);
	}
	return writer;
}

const readAll = (entry: ReturnType<ReturnType<typeof fill>['finish']>): number[] =>
	[...entry.features.batches()].flatMap(batch => {
		const values = [...batch.dataSync()];
		batch.dispose();
		return values;
	});

test('what was written is found by its key, to the last bit, and nothing leaks', t => {
	const root = temporaryFolder(t);
	tf.ready();
	const before = [tf.memory().numTensors, countNativeTensors()];
	fill(root).finish();
	const entry = openFeatureCache(root).find(key)!;
	t.deepEqual([entry.count, entry.dimension, entry.classes], [count, dimension, classes]);
	t.deepEqual(readAll(entry), [...features]);
	t.deepEqual(
		[...entry.logits()].flatMap(part => [...part]),
		[...logits],
	);
	const accumulator = createFeatureAccumulator(dimension);
	for (const [from, to] of [
		[0, 6],
		[6, 10],
	]) {
		const part = tf.tensor2d(features.slice(from * dimension, to * dimension), [to - from, dimension]);
		accumulator.add(part);
		part.dispose();
	}
	t.deepEqual(entry.statistics(), accumulator.statistics());
	accumulator.dispose();
	t.deepEqual([tf.memory().numTensors, countNativeTensors()], before);
});

test('every part of the key counts', t => {
	const root = temporaryFolder(t);
	fill(root).finish();
	const cache = openFeatureCache(root);
	for (const change of [
		{ content: 'other' },
		{ preprocessing: { resize: 'bicubic-antialias' } },
		{ extractorFingerprint: 'other' },
		{ logitsBias: false },
		{ backend: 'other' },
	]) {
		t.is(cache.find({ ...key, ...change }), undefined);
	}
});

test('the first of two writers wins, the second reads its entry, nothing else stays', t => {
	const root = temporaryFolder(t);
	const [first, second] = [fill(root), fill(root)];
	first.finish();
	t.deepEqual(readAll(second.finish()), [...features]);
	t.is(readdirSync(root).length, 1);
});

test('two processes at once end with one intact entry', async t => {
	const root = temporaryFolder(t);
	const script = path.resolve('test/harness/metrics/cache/fill-cache.ts');
	const { spawn } = await import('node:child_process');
	const codes = await Promise.all(
		[1, 2].map(
			() =>
				new Promise(resolve => {
					const child = spawn(
						process.execPath,
						['--import', './harness/runtime/register-typescript.js', script, root],
						{ stdio: 'inherit' },
					);
					child.on('exit', resolve);
				}),
		),
	);
	t.deepEqual(codes, [0, 0]);
	t.is(readdirSync(root).length, 1);
});

test('a damaged entry counts as missing and is replaced', t => {
	for (const damage of ['features.f32', 'logits.f32', 'statistics.f64', 'entry.json']) {
		const root = temporaryFolder(t);
		fill(root).finish();
		const [name] = readdirSync(root);
		const file = path.join(root, name, damage);
		const bytes = readFileSync(file);
		bytes[5] ^= 1;
		writeFileSync(file, bytes);
		t.is(openFeatureCache(root).find(key), undefined, damage);
		t.deepEqual(readAll(fill(root).finish()), [...features], damage);
		t.truthy(openFeatureCache(root).find(key), damage);
		t.is(readdirSync(root).length, 1, damage);
	}
});

test('an entry that was moved under another key is not taken for it', t => {
	const root = temporaryFolder(t);
	fill(root).finish();
	const [name] = readdirSync(root);
	fill(root, { ...key, content: 'other' }).finish();
	const other = readdirSync(root).find(found => found !== name)!;
	execFileSync('cp', ['-r', `${path.join(root, name)}/.`, path.join(root, other)]);
	t.is(openFeatureCache(root).find({ ...key, content: 'other' }), undefined);
});

test('an abandoned writer leaves nothing; after finish it harms nothing', t => {
	const root = temporaryFolder(t);
	fill(root).abandon();
	t.deepEqual(readdirSync(root), []);
	const writer = fill(root);
	writer.finish();
	writer.abandon();
	t.truthy(openFeatureCache(root).find(key));
});

test('parts of a killed process are removed after two days, not before', t => {
	const root = temporaryFolder(t);
	for (const name of ['.partial-1-old', '.partial-2-new']) mkdirSync(path.join(root, name));
	const threeDaysAgo = Date.now() / 1000 - 3 * 86_400;
	utimesSync(path.join(root, '.partial-1-old'), threeDaysAgo, threeDaysAgo);
	openFeatureCache(root);
	t.deepEqual(readdirSync(root), ['.partial-2-new']);
});

test('NaN features and a set without images are refused', t => {
	const root = temporaryFolder(t);
	const writer = openFeatureCache(root).write(key, 2, 1);
	const [bad, one] = [tf.tensor2d([1, Number.NaN], [1, 2]), tf.tensor2d([1], [1, 1])];
	const error = t.throws(() => writer.add(bad, one), { instanceOf: RunFailedError });
	t.is(error.message, 'features: expected finite numbers, got NaN for image 0, feature 1');
	t.is(
		t.throws(() => writer.finish(), { instanceOf: UsageError }).message,
		'images: expected at least 1, got 0',
	);
	writer.abandon();
	tf.dispose([bad, one]);
	t.deepEqual(readdirSync(root), []);
});

test('a cache that cannot be written is an error of the environment', t => {
	const folder = temporaryFolder(t);
	const file = path.join(folder, 'file');
	writeFileSync(file, '');
	const error = t.throws(() => openFeatureCache(path.join(file, 'cache')), { instanceOf: EnvironmentError });
	t.regex(error.message, /^Cannot write .*: a part of the path is a file, not a folder/u);
	if (process.getuid?.() === 0) return;
	const root = path.join(folder, 'cache');
	const cache = openFeatureCache(root);
	chmodSync(root, 0o555);
	t.throws(() => cache.write(key, 2, 1), { instanceOf: EnvironmentError });
	t.true(existsSync(root));
});
