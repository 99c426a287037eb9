import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import {
	expandBraces,
	listShards,
	splitOutsideBraces,
} from '../../../../harness/data/sources/shard-pattern.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('braces expand as in a shell', t => {
	t.deepEqual(expandBraces('a-{008..011}.tar'), ['a-008.tar', 'a-009.tar', 'a-010.tar', 'a-011.tar']);
	t.deepEqual(expandBraces('{x,y}{1..2}'), ['x1', 'x2', 'y1', 'y2']);
	t.deepEqual(expandBraces('plain'), ['plain']);
	t.deepEqual(splitOutsideBraces('a{1,2}b,c'), ['a{1,2}b', 'c']);
});

test('ranges that are none are refused', t => {
	t.throws(() => expandBraces('a-{5..2}'), {
		instanceOf: UsageError,
		message: 'webdataset: a-{5..2}: expected an ascending range of at most 100000, got {5..2}',
	});
	t.throws(() => expandBraces('a-{0..9999999999}'), { message: /at most 100000, got \{0\.\.9999999999\}$/u });
	t.throws(() => expandBraces('a-{5}'), {
		message: 'webdataset: a-{5}: expected {FROM..TO} or {A,B}, got {5}',
	});
});

test('the shards of a folder are told by their names', t => {
	const folder = temporaryFolder(t);
	const put = (...names: string[]): void => {
		for (const name of names) writeFileSync(path.join(folder, name), '');
	};
	const paths = (...names: string[]): string[] => names.map(name => path.join(folder, name));
	t.throws(() => listShards(folder), { message: `webdataset: ${folder} has no .tar file` });
	put('1.tar', '0.tar');
	t.deepEqual(listShards(folder), { train: paths('0.tar', '1.tar'), test: null });
	put('x-train-0.tar', 'x-val-0.tar');
	t.throws(() => listShards(folder), {
		message: `webdataset: ${folder}: shards are told by \`train\` and \`val\` in their names, and '0.tar' is of no split`,
	});
	t.deepEqual(listShards(`${folder}/x-train-*.tar,${folder}/x-val-{0..0}.tar`), {
		train: paths('x-train-0.tar'),
		test: paths('x-val-0.tar'),
	});
	t.deepEqual(listShards(`${folder}/{0..1}.tar`), { train: paths('0.tar', '1.tar'), test: null });
	t.throws(() => listShards(`${folder}/y-*.tar`), {
		message: `webdataset: no file matches ${folder}/y-*.tar`,
	});
	t.throws(() => listShards('a,b,c'), { message: 'webdataset: a,b,c: expected at most two patterns, got 3' });
});
