import { mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { openStoredArrays } from '../../../../harness/metrics/sources/stored-array.ts';
import {
	makeUnpackedFolder,
	removeAbandonedUnpacked,
} from '../../../../harness/metrics/sources/unpacked-folders.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';
import { fixture } from './fixtures.ts';

// Larger than any process number of Linux.
const nobody = 2 ** 22 + 1;

test('folders of processes that are gone are removed, those that are in use stay', t => {
	const parent = temporaryFolder(t);
	const mine = makeUnpackedFolder(parent);
	mkdirSync(path.join(parent, `.unpacked-${hostname()}-${nobody}-abcdef`));
	mkdirSync(path.join(parent, 'something-else'));
	t.is(removeAbandonedUnpacked(parent), 1);
	t.deepEqual(readdirSync(parent).sort(), [path.basename(mine), 'something-else'].sort());
	t.is(removeAbandonedUnpacked(path.join(parent, 'missing')), 0);
});

test('folders of other machines and earlier versions go by their age', t => {
	const parent = temporaryFolder(t);
	const hours = (count: number) => new Date(Date.now() - count * 3600 * 1000);
	for (const [name, age] of [
		['.unpacked-elsewhere-1-abcdef', 50],
		['.unpacked-a1b2c3', 50],
		['.unpacked-elsewhere-2-abcdef', 2],
	] as const) {
		mkdirSync(path.join(parent, name));
		utimesSync(path.join(parent, name), hours(age), hours(age));
	}
	t.is(removeAbandonedUnpacked(parent), 2);
	t.deepEqual(readdirSync(parent), ['.unpacked-elsewhere-2-abcdef']);
	t.is(removeAbandonedUnpacked(parent, 3600 * 1000), 1);
});

test('arrays are unpacked to such a folder, which goes with them', async t => {
	const parent = temporaryFolder(t);
	const { close } = await openStoredArrays(fixture('arrays/deflated.npz'), parent);
	t.regex(readdirSync(parent)[0], new RegExp(`^\\.unpacked-.+-${process.pid}-[^-]+$`, 'u'));
	close();
	t.deepEqual(readdirSync(parent), []);
});
