import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { loadMethodOfRun, moduleOfMethod } from '../../../harness/run/method-of-run.ts';
import { loadMethod } from '../../../methods/registry.ts';
import { temporaryFolder } from '../data/temporary-folder.ts';

test('a method of the project is found by its name, whatever file the run gave', async t => {
	t.is(moduleOfMethod(await loadMethod('s3gan')), null);
	const { method } = await loadMethodOfRun({ identity: { method: 's3gan' }, methodModule: null });
	t.is(method.name, 's3gan');
});

test('a module of the user’s own is found where it was, also by the command of an older manifest', async t => {
	const folder = path.join(temporaryFolder(t), 'mine');
	mkdirSync(folder);
	const file = path.join(folder, 'method.ts');
	const source = path.resolve('methods/big-gan/method.ts');
	writeFileSync(
		file,
		`import { method as base } from ${JSON.stringify(source)};\nexport const method = { ...base, name: 'mine' };\n`,
	);
	const identity = { method: 'mine' };
	t.is(moduleOfMethod(await loadMethod(file)), file);
	t.is((await loadMethodOfRun({ identity, methodModule: file })).file, file);
	t.is((await loadMethodOfRun({ identity, command: ['train', '--method', file] })).file, file);
	await t.throwsAsync(loadMethodOfRun({ identity, command: ['train'] }), {
		instanceOf: UsageError,
		message: "method: 'mine' is none of this project's, and the run does not say where its module lies",
	});
	await t.throwsAsync(loadMethodOfRun({ identity: { method: 'other' }, methodModule: file }), {
		message: `method: ${file} holds mine now, the run was made with other`,
	});
});
