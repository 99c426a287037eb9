import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { EnvironmentError } from '../../harness/errors.ts';
import { writeFileAtomically } from '../../harness/write-atomically.ts';

const temporaryFolder = () => mkdtempSync(path.join(tmpdir(), 'write-atomically-'));

test('writes text and bytes, makes missing folders, leaves no other file', t => {
	const folder = temporaryFolder();
	const file = path.join(folder, 'a', 'b', 'result.json');
	writeFileAtomically(file, 'first ✓');
	t.is(readFileSync(file, 'utf8'), 'first ✓');
	writeFileAtomically(file, Uint8Array.of(0, 255, 7));
	t.deepEqual([...readFileSync(file)], [0, 255, 7]);
	t.deepEqual(readdirSync(path.dirname(file)), ['result.json']);
});

test('a folder under the name of the file is an error that says so, and the temporary file is removed', t => {
	const folder = temporaryFolder();
	mkdirSync(path.join(folder, 'taken', 'inside'), { recursive: true });
	const file = path.join(folder, 'taken');
	const error = t.throws(() => writeFileAtomically(file, 'x'), { instanceOf: EnvironmentError });
	t.is(error?.message, `Cannot write ${file}: the path is a folder, not a file (EISDIR)`);
	t.is(error?.exitCode, 7);
	t.deepEqual(readdirSync(folder), ['taken']);
});

test('a file in the place of a folder is an error that says so', t => {
	const folder = temporaryFolder();
	writeFileSync(path.join(folder, 'plain'), '');
	const file = path.join(folder, 'plain', 'result.json');
	const error = t.throws(() => writeFileAtomically(file, 'x'), { instanceOf: EnvironmentError });
	t.regex(error?.message ?? '', /a part of the path is a file, not a folder \((ENOTDIR|EEXIST)\)/u);
});

test('a full disk is an error that says so, keeps the old content and removes the temporary file', t => {
	const folder = temporaryFolder();
	// A file-size limit would kill with a signal; a tiny tmpfs in a private mount namespace is a real full disk.
	const script = `
		const { writeFileAtomically } = await import(${JSON.stringify(path.resolve('harness/write-atomically.ts'))});
		const file = ${JSON.stringify(path.join(folder, 'result.json'))};
		writeFileAtomically(file, 'old');
		try { writeFileAtomically(file, new Uint8Array(1 << 20)); } catch (error) {
			const { readFileSync, readdirSync } = await import('node:fs');
			console.log(JSON.stringify({
				name: error.name, message: error.message, fix: error.fix,
				content: readFileSync(file, 'utf8'), files: readdirSync(${JSON.stringify(folder)}),
			}));
		}`;
	const register = path.resolve('harness/runtime/register-typescript.js');
	const mount = `mount -t tmpfs -o size=64k tmpfs '${folder}' && exec "$0" --import '${register}' --input-type=module -e "$1"`;
	const unshare = ['--map-root-user', '--mount', 'sh', '-c'];
	if (spawnSync('unshare', [...unshare, `mount -t tmpfs -o size=64k tmpfs '${folder}'`]).status !== 0) {
		// Containers without user namespaces cannot mount; the mapping itself is covered by the tests above.
		t.log('this machine does not let a test mount a file system');
		t.pass();
		return;
	}

	const seen = JSON.parse(
		execFileSync('unshare', [...unshare, mount, process.execPath, script], { encoding: 'utf8' }),
	);
	t.is(seen.name, 'EnvironmentError');
	t.is(
		seen.message,
		`Cannot write ${path.join(folder, 'result.json')}: no space left on the device (ENOSPC)`,
	);
	t.is(seen.fix, 'Free disk space or choose another folder, then repeat the command.');
	t.is(seen.content, 'old');
	t.deepEqual(seen.files, ['result.json']);
});
