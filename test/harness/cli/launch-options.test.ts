import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { runBinary, temporaryFolder } from './run-binary.ts';

const folder = temporaryFolder(test);
const run = (...more: string[]) =>
	runBinary(['run', '--suite', 'smoke', '--seeds', '1', '--out', path.join(folder, 'out'), ...more]);

test('options of another launcher are refused, with the launcher that knows them', t => {
	const { status, stderr } = run('--detach');
	t.is(status, 2);
	t.is(stderr, "Error: --detach: it means nothing to the launcher 'local'\nFix: add --launcher slurm\n");
	t.regex(
		run('--launcher', 'slurm', '--gpus', '0').stderr,
		/--gpus: it means nothing to the launcher 'slurm'/u,
	);
});

test('GPUs and templates that cannot be are refused before anything runs', t => {
	const gpus = run('--gpus', '0,zero');
	t.is(gpus.status, 2);
	t.regex(
		gpus.stderr,
		/--gpus: expected numbers or UUIDs, each once, got '0,zero'\nFix: for example --gpus 0,1/u,
	);
	const template = path.join(folder, 'site.sh');
	writeFileSync(template, '#!/bin/bash\n{{options}}\n');
	const refused = run('--launcher', 'dry', '--slurm-template', template);
	t.is(refused.status, 2);
	t.regex(refused.stderr, /--slurm-template: .*site\.sh has no \{\{command\}\}/u);
});

test('where there is no Slurm, its launcher says so', t => {
	// A path without Slurm's programs; Node is called by its own path.
	const { status, stderr } = runBinary(
		['run', '--suite', 'smoke', '--launcher', 'slurm', '--out', path.join(folder, 'none')],
		{ PATH: folder },
	);
	t.is(status, 7, stderr);
	t.regex(stderr, /Error: s(?:batch|queue): command not found\nFix: .*--launcher local/u);
});
