import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import {
	currentBuild,
	originOf,
	pipTensorflowVersion,
	runtimeId,
} from '../../../../harness/tensor/provision/runtime-identity.ts';

const library = { flavour: 'cpu', version: pipTensorflowVersion, origin: 'pip' } as const;

test('the id names flavour, versions, machine and a digest', t => {
	const machine = `${process.platform}-${process.arch}`;
	const pattern = new RegExp(`^cpu-tf2\\.21\\.0-tfjs4\\.22\\.0-${machine}-[0-9a-f]{10}$`, 'u');
	t.regex(runtimeId(library), pattern);
	t.is(runtimeId(library), runtimeId({ ...library }));
});

test('another library has another id', t => {
	const ids = [
		library,
		{ ...library, flavour: 'cuda' as const },
		{ ...library, version: '2.20.0' },
		{ ...library, origin: '/x' },
	];
	t.is(new Set(ids.map(runtimeId)).size, ids.length);
});

test('the build has a digest of its own', t => {
	t.regex(currentBuild(), /^[0-9a-f]{16}$/);
});

test('a replaced file is another origin', t => {
	const file = path.join(mkdtempSync(path.join(tmpdir(), 'fewer-labels-origin-')), 'x.whl');
	writeFileSync(file, 'a');
	utimesSync(file, 1000, 1000);
	const first = originOf(file);
	t.is(originOf(file), first);
	utimesSync(file, 2000, 2000);
	t.not(originOf(file), first);
	utimesSync(file, 1000, 1000);
	t.is(originOf(file), first);
	writeFileSync(file, 'ab');
	utimesSync(file, 1000, 1000);
	t.not(originOf(file), first);
});
