import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { methodSourceDigest, methodSourceFiles } from '../../../harness/run/source-digest.ts';

test('a changed file changes the digest, and its own entry alone', t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'method-'));
	t.teardown(() => rmSync(folder, { recursive: true }));
	const file = path.join(folder, 'method.ts');
	writeFileSync(file, 'export const method = 1;\n');
	writeFileSync(path.join(folder, 'losses.ts'), 'export const loss = 1;\n');
	const [digest, files] = [methodSourceDigest(file), methodSourceFiles(file)];
	t.is(methodSourceDigest(file), digest);
	t.true(
		'method/method.ts' in files && 'harness/train/adam.ts' in files && 'methods/losses/hinge.ts' in files,
	);
	t.false(Object.keys(files).some(name => path.isAbsolute(name)));

	writeFileSync(path.join(folder, 'losses.ts'), 'export const loss = 2;\n');
	t.not(methodSourceDigest(file), digest);
	const after = methodSourceFiles(file);
	t.deepEqual(
		Object.keys(after).filter(name => after[name] !== files[name]),
		['method/losses.ts'],
	);
});
