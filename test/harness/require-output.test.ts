import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { EnvironmentError } from '../../harness/errors.ts';
import { requireOutputFile, requireOutputFolder } from '../../harness/require-output.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'require-output-'));
const at = (name: string): string => path.join(folder, name);
writeFileSync(at('file'), 'kept');
mkdirSync(at('there'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

test('what is there or can be made is accepted, and not made', t => {
	requireOutputFolder(at('there'));
	requireOutputFolder(at('there/a/b'));
	requireOutputFile(at('file'));
	requireOutputFile(at('new/result.json'));
	t.deepEqual(readdirSync(folder).sort(), ['file', 'there']);
	t.deepEqual(readdirSync(at('there')), []);
});

test('a file where a folder must be is refused, also further up', t => {
	for (const name of ['file', 'file/a/b']) {
		for (const options of [{}, { mayBeReadOnly: true }]) {
			const error = t.throws(() => requireOutputFolder(at(name), options), { instanceOf: EnvironmentError });
			t.is(error.message, `Cannot write ${at(name)}: a part of the path is a file, not a folder (ENOTDIR)`);
			t.is(error.fix, 'Choose another folder.');
		}
	}
	t.throws(() => requireOutputFile(at('file/result.json')), { instanceOf: EnvironmentError });
});

test('a folder where a file must be is refused', t => {
	t.throws(() => requireOutputFile(at('there')), {
		instanceOf: EnvironmentError,
		message: `Cannot write ${at('there')}: the path is a folder, not a file (EISDIR)`,
	});
});

test('where nothing may be written is refused, unless what is there will do', t => {
	const disk = at('disk');
	mkdirSync(disk);
	const script = `
		const { requireOutputFolder } = await import(${JSON.stringify(path.resolve('harness/require-output.ts'))});
		for (const [place, options] of [['.', {}], ['new', { mayBeReadOnly: true }], ['.', { mayBeReadOnly: true }]]) {
			try {
				requireOutputFolder(place, options);
				console.log('accepted');
			} catch (error) {
				console.log(error.name, error.message);
			}
		}
	`;
	const register = path.resolve('harness/runtime/register-typescript.js');
	const mount = `mount -t tmpfs -o ro tmpfs '${disk}' && cd '${disk}'`;
	const unshare = (command: string) =>
		spawnSync(
			'unshare',
			['--map-root-user', '--mount', 'sh', '-c', command, process.execPath, register, script],
			{ encoding: 'utf8' },
		);
	if (unshare(mount).status !== 0) {
		t.log('this machine allows no private mounts: not tested');
		t.pass();
		return;
	}
	const { stdout, stderr } = unshare(`${mount} && exec "$0" --import "$1" --input-type=module -e "$2"`);
	const problem = 'the file system is read-only (EROFS)';
	t.is(
		stdout,
		`EnvironmentError Cannot write .: ${problem}\nEnvironmentError Cannot write new: ${problem}\naccepted\n`,
		stderr,
	);
});
