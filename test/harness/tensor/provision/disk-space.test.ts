import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { EnvironmentError } from '../../../../harness/errors.ts';
import {
	formatGigabytes,
	freeBytes,
	requireDiskSpace,
	unwritable,
} from '../../../../harness/tensor/provision/disk-space.ts';

const makeFolder = () => mkdtempSync(path.join(tmpdir(), 'fewer-labels-disk-'));

test('makes the folder when there is enough space', t => {
	const folder = path.join(makeFolder(), 'a', 'b');
	requireDiskSpace(folder, 1);
	t.true(existsSync(folder));
	t.true(freeBytes(folder) > 0);
});

test('says how much is needed and how much is free', t => {
	const folder = makeFolder();
	const error = t.throws(() => requireDiskSpace(folder, 5e18), { instanceOf: EnvironmentError });
	const pattern = /: the TensorFlow runtime needs 5000000000\.0 GB of disk, \d+\.\d GB is free$/;
	t.regex(error.message, pattern);
	t.regex(error.fix ?? '', /FEWER_LABELS_CACHE/);
});

test('a folder that cannot be made is one clear error', t => {
	const file = path.join(makeFolder(), 'plain');
	writeFileSync(file, '');
	const error = t.throws(() => requireDiskSpace(path.join(file, 'cache'), 1), {
		instanceOf: EnvironmentError,
	});
	t.true(error.message.startsWith(`cache folder ${path.join(file, 'cache')}: cannot be written (`));
	t.is(error.exitCode, 7);
});

test('a full disk is told from a missing right', t => {
	const full = unwritable('/cache', Object.assign(new Error('no space'), { code: 'ENOSPC' }));
	t.is(full.message, 'cache folder /cache: the disk or quota is full (no space)');
});

test('formats decimal gigabytes', t => {
	t.is(formatGigabytes(1_300_000_000), '1.3 GB');
});
