import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { listIfThere, readTextIfThere } from '../../harness/read-if-there.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'fl-if-there-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

test('reads what is there', t => {
	writeFileSync(path.join(folder, 'a'), 'text\n');
	writeFileSync(path.join(folder, 'b'), '');
	t.is(readTextIfThere(path.join(folder, 'a')), 'text\n');
	t.is(readTextIfThere(path.join(folder, 'b')), '');
	t.deepEqual(listIfThere(folder).sort(), ['a', 'b']);
});

test('what is not there is undefined, or empty, also behind a file', t => {
	writeFileSync(path.join(folder, 'file'), 'text\n');
	for (const name of ['none', 'none/inner', 'file/inner']) {
		t.is(readTextIfThere(path.join(folder, name)), undefined);
		t.deepEqual(listIfThere(path.join(folder, name)), []);
	}
});

test('what is there and cannot be read is an error', t => {
	t.throws(() => readTextIfThere(folder), { code: 'EISDIR' });
	t.throws(() => listIfThere('\0'), { code: 'ERR_INVALID_ARG_VALUE' });
});
