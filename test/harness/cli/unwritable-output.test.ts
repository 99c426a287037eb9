import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { runBinary, temporaryFolder } from './run-binary.ts';

const folder = temporaryFolder(test);
const file = path.join(folder, 'file');
test.before(() => writeFileSync(file, 'kept'));

/** A command that is to write where a file is in the way ends with one error, before any progress. */
const refused = test.macro({
	exec(t, ...parameters: string[]) {
		const { status, stdout, stderr } = runBinary(
			parameters.map(text => text.replace('FOLDER', folder).replace('FILE', file)),
		);
		t.is(status, 7, stderr);
		t.is(stdout, '');
		t.regex(
			stderr,
			/^Error: Cannot write \S+: a part of the path is a file, not a folder \(ENOTDIR\)\nFix: Choose another folder\.\n$/u,
		);
		t.is(readFileSync(file, 'utf8'), 'kept');
	},
	title: (_, ...parameters) => parameters.join(' '),
});

const training = ['train', '--method', 's3gan', '--profile', 'smoke'];
test(refused, ...training, '--out', 'FILE');
test(refused, ...training, '--out', 'FOLDER/run', '--shared', 'FILE/shared');
test(refused, 'pretrain', '--profile', 'smoke', '--out', 'FILE');
test(refused, 'prepare', '--profile', 'smoke', '--data', 'shapes', '--shared', 'FILE');
test(refused, 'pack', 'folder:FOLDER', 'FILE/packed', '--resolution', '16');
test(refused, 'score', '--real', 'shapes', '--fake', 'FOLDER', '--out', 'FILE/score.json');
test(refused, 'score', '--real', 'shapes', '--save-statistics', 'FILE/real.npz');
