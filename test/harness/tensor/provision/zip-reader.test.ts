import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { EnvironmentError } from '../../../../harness/errors.ts';
import {
	extractZipEntry,
	readZipEntries,
	readZipText,
} from '../../../../harness/tensor/provision/zip-reader.ts';

// Written by Python's zipfile: ci/golden/make-wheels.py.
const wheel = fileURLToPath(
	new URL(
		'../../../fixtures/wheels/tensorflow_cpu-9.9.9-cp312-cp312-manylinux_2_27_x86_64.whl',
		import.meta.url,
	),
);
const library = Array.from({ length: 20_000 }, (_, line) => `library line ${line}\n`).join('');
const makeFolder = () => mkdtempSync(path.join(tmpdir(), 'fewer-labels-zip-'));

async function entryOf(archive: string, name: string) {
	const entry = (await readZipEntries(archive)).find(candidate => candidate.name === name);
	if (!entry) throw new Error(`no ${name}`);
	return entry;
}

test('lists the files of an archive with sizes, methods and execute bits', async t => {
	const entries = await readZipEntries(wheel);
	t.is(entries.length, 10);
	const [cc, framework] = entries;
	t.like(cc, {
		name: 'tensorflow/libtensorflow_cc.so.2',
		method: 8,
		bytes: library.length,
		executable: true,
	});
	t.like(framework, { method: 0, bytes: 9, compressedBytes: 9, executable: false });
});

test('extracts deflated, stored and empty files byte for byte, with their execute bit', async t => {
	const folder = makeFolder();
	const cases = [
		['tensorflow/libtensorflow_cc.so.2', library, 0o755],
		['tensorflow/libtensorflow_framework.so.2', 'framework', 0o644],
		['tensorflow/include/xla/tsl/c/tsl_status.h', '', 0o644],
	] as const;
	for (const [name, content, mode] of cases) {
		const target = path.join(folder, 'deep', path.basename(name));
		await extractZipEntry(wheel, await entryOf(wheel, name), target);
		t.is(readFileSync(target, 'utf8'), content);
		t.is(statSync(target).mode & 0o100, mode & 0o100);
	}
});

test('reads a small file as text', async t => {
	const text = await readZipText(wheel, await entryOf(wheel, 'tensorflow-9.9.9.dist-info/METADATA'));
	t.true(text.startsWith('Metadata-Version: 2.4\n'));
});

test('refuses a truncated archive', async t => {
	const file = path.join(makeFolder(), 'cut.whl');
	const whole = readFileSync(wheel);
	writeFileSync(file, whole.subarray(0, whole.length - 200));
	const error = await t.throwsAsync(readZipEntries(file), { instanceOf: EnvironmentError });
	t.is(error.message, `${file}: not a complete zip file (no end record)`);
});

test('refuses an empty file', async t => {
	const file = path.join(makeFolder(), 'empty.whl');
	writeFileSync(file, '');
	await t.throwsAsync(readZipEntries(file), { message: /not a complete zip file/ });
});

for (const name of ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2']) {
	test(`never leaves a file whose content was changed: ${path.basename(name)}`, async t => {
		const folder = makeFolder();
		const file = path.join(folder, 'changed.whl');
		const content = readFileSync(wheel);
		const entry = await entryOf(wheel, name);
		// One byte in the middle of the entry's data.
		content[entry.headerOffset + 30 + name.length + Math.floor(entry.compressedBytes / 2)] ^= 0x10;
		writeFileSync(file, content);
		const target = path.join(folder, 'out', 'library');
		const error = await t.throwsAsync(extractZipEntry(file, entry, target), { instanceOf: EnvironmentError });
		t.true(error.message.startsWith(`${file}: not a complete zip file (`));
		t.false(readdirSync(path.dirname(target)).includes('library'));
	});
}
