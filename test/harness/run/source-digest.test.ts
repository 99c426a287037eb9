import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { filesNamedBy } from '../../../harness/run/named-files.ts';
import { methodSourceDigest, methodSourceFiles } from '../../../harness/run/source-digest.ts';
import { builtInMethodNames } from '../../../methods/registry.ts';

test('a changed file changes the digest, and its own entry alone', t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'method-'));
	t.teardown(() => rmSync(folder, { recursive: true }));
	const file = path.join(folder, 'method.ts');
	writeFileSync(file, 'export const method = 1;\n');
	writeFileSync(path.join(folder, 'losses.ts'), 'export const loss = 1;\n');
	const [digest, files] = [methodSourceDigest(file), methodSourceFiles(file)];
	t.is(methodSourceDigest(file), digest);
	const shared = [
		...['harness/train/adam.ts', 'methods/losses/hinge.ts', 'harness/tensor/kernels.ts'],
		...['harness/data/batches.ts', 'harness/data/feeding/feed-worker.ts', 'harness/data/label-subset.ts'],
		'harness/run/assign-labels.ts',
	];
	for (const name of ['method/method.ts', ...shared]) t.true(name in files, name);
	t.false(Object.keys(files).some(name => path.isAbsolute(name)));

	writeFileSync(path.join(folder, 'losses.ts'), 'export const loss = 2;\n');
	t.not(methodSourceDigest(file), digest);
	const after = methodSourceFiles(file);
	t.deepEqual(
		Object.keys(after).filter(name => after[name] !== files[name]),
		['method/losses.ts'],
	);
});

test('a file that a module imports from another folder counts, under a name that says no path', t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'methods-'));
	t.teardown(() => rmSync(folder, { recursive: true }));
	mkdirSync(path.join(folder, 'mine'));
	const file = path.join(folder, 'mine/method.ts');
	writeFileSync(file, "export { method } from '../common.ts';\n");
	writeFileSync(path.join(folder, 'common.ts'), 'export const method = 1;\n');
	writeFileSync(path.join(folder, 'other.ts'), 'export const other = 1;\n');
	const [digest, files] = [methodSourceDigest(file), methodSourceFiles(file)];
	t.true('method/../common.ts' in files);
	t.false(Object.keys(files).some(name => name.includes('other.ts') || path.isAbsolute(name)));

	writeFileSync(path.join(folder, 'common.ts'), 'export const method = 2;\n');
	t.not(methodSourceDigest(file), digest);
	t.not(methodSourceFiles(file)['method/../common.ts'], files['method/../common.ts']);
});

test('a folder of packages in the path of a module hides nothing, one beside it does not count', t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'methods-'));
	t.teardown(() => rmSync(folder, { recursive: true }));
	const mine = path.join(folder, 'node_modules/mine');
	mkdirSync(path.join(mine, 'node_modules/package'), { recursive: true });
	for (const name of ['method.ts', 'losses.ts', 'node_modules/package/index.js']) {
		writeFileSync(path.join(mine, name), '');
	}
	const names = Object.keys(methodSourceFiles(path.join(mine, 'method.ts')));
	t.deepEqual(
		names.filter(name => name.startsWith('method/')),
		['method/losses.ts', 'method/method.ts'],
	);
});

const root = path.resolve(import.meta.dirname, '../../..');

// Parts of a training whose source decides no number.
const leftOut = [
	// A compiled step gives the bits of the eager one (trainer.test.ts).
	'harness/tensor/compile/',
	// Which TensorFlow is loaded, and how TypeScript is: the back end is a field of the identity.
	...['harness/tensor/provision/', 'harness/tensor/runtime-location.ts', 'harness/tensor/tensorflow.ts'],
	'harness/runtime/',
	// Bytes of shards are checked by their digests, which the digest of the data stands for.
	...['format', 'read-records', 'shard-reader'].map(name => `harness/data/packed/${name}.ts`),
	'harness/errors.ts',
];

test('whatever a training is made of counts, or is left out on purpose', t => {
	const parts = [
		'harness/train/train-gan.ts',
		'harness/train/generator-sampler.ts',
		'harness/run/assign-labels.ts',
	];
	for (const name of builtInMethodNames()) {
		const file = path.join(root, 'methods', name, 'method.ts');
		const counted = new Set(Object.keys(methodSourceFiles(file)));
		const uncounted = filesNamedBy([...parts.map(part => path.join(root, part)), file])
			.map(each => path.relative(root, each).split(path.sep).join('/'))
			.filter(each => !counted.has(each) && !leftOut.some(start => each.startsWith(start)));
		t.deepEqual(uncounted, [], name);
	}
});
