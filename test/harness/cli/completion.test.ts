import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { profiles } from '../../../harness/suite/profiles.ts';
import { suites } from '../../../harness/suite/suites.ts';
import { builtInMethodNames } from '../../../methods/registry.ts';
import { runBinary, temporaryFolder } from './run-binary.ts';

const folder = temporaryFolder(test);
const script = path.join(folder, 'completion.bash');

test.before(t => {
	const { status, stdout, stderr } = runBinary(['completion', 'bash']);
	t.is(status, 0, stderr);
	writeFileSync(script, stdout);
});

/** What bash offers for the last of these words. */
function complete(...words: string[]): string[] {
	const quoted = ['fewer-labels', ...words].map(word => `'${word}'`).join(' ');
	const commands = `source ${script}; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _fewer_labels; printf '%s\\n' "\${COMPREPLY[@]}"`;
	const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', commands], { encoding: 'utf8' });
	if (status !== 0) throw new Error(stderr);
	return stdout.split('\n').filter(line => line !== '');
}

test('bash completes commands, also those of commands', t => {
	t.deepEqual(complete('wa'), ['watch']);
	t.true(complete('').includes('plan'));
	t.deepEqual(complete('metrics', 'ins'), ['install']);
	t.deepEqual(complete('completion', 'z'), ['zsh']);
});

test('bash completes the options of the command at hand', t => {
	t.deepEqual(complete('watch', '--in'), ['--interval']);
	t.deepEqual(complete('plan', '--memory'), ['--memory', '--memory-limit']);
	t.false(complete('watch', '--').includes('--suite'));
});

test('bash completes suites, profiles, methods and protocols, as the program knows them', t => {
	t.deepEqual(
		complete('run', '--suite', ''),
		suites.map(({ name }) => name),
	);
	t.deepEqual(
		complete('plan', '--profile', ''),
		profiles.map(({ name }) => name),
	);
	t.deepEqual(complete('train', '--method', ''), builtInMethodNames());
	t.deepEqual(complete('train', '--method', 's3gan-'), ['s3gan-co']);
	t.deepEqual(complete('plan', '--methods', 'big-gan,s2gan-c'), ['big-gan,s2gan-co']);
	t.true(complete('score', '--protocol', '').includes('tfgan-s3gan'));
	t.deepEqual(complete('plan', '--gpu', 'h1'), ['h100']);
});

test('an option whose value is free text or a file offers no words', t => {
	t.deepEqual(complete('plan', '--out', ''), []);
	t.deepEqual(complete('report', ''), []);
});

for (const [shell, check] of [
	['zsh', ['zsh', '-n']],
	['fish', ['fish', '--no-execute']],
] as const) {
	test(`${shell} gets a script with the same words`, t => {
		const { stdout, status, stderr } = runBinary(['completion', shell]);
		t.is(status, 0, stderr);
		for (const word of ['watch', 'memory-limit', 's3gan-co', 'tfgan-s3gan', 'imagenet-128'])
			t.true(stdout.includes(word), word);
		const file = path.join(folder, `completion.${shell}`);
		writeFileSync(file, stdout);
		const [program, ...parameters] = check;
		const parsed = spawnSync(program, [...parameters, file], { encoding: 'utf8' });
		if (parsed.error) t.log(`${shell} is not installed: its syntax was not checked`);
		else t.is(parsed.status, 0, parsed.stderr);
	});
}

test('another shell is refused with those that there are', t => {
	const { status, stderr } = runBinary(['completion', 'tcsh']);
	t.is(status, 2);
	t.regex(stderr, /bash, zsh, fish/u);
});
