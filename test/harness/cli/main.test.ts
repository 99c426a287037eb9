import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { builtInMethodNames } from '../../../methods/registry.ts';
import { runBinary, temporaryFolder } from './run-binary.ts';

const folder = temporaryFolder(test);

test('help lists every command with examples and exit codes, without loading TensorFlow', t => {
	const { status, stdout } = runBinary(['--help'], { FEWER_LABELS_RUNTIME: path.join(folder, 'none') });
	t.is(status, 0);
	for (const name of ['start', 'verify', 'methods', 'plan', 'run', 'train', 'report', 'doctor', 'setup']) {
		t.regex(stdout, new RegExp(`^  ${name} `, 'mu'));
	}
	t.regex(stdout, /Examples:[\s\S]*Exit codes:/u);
});

for (const command of [
	'verify',
	'methods',
	'plan',
	'prepare',
	'run',
	'train',
	'report',
	'doctor',
	'setup',
	'start',
]) {
	test(`help of ${command} has an example`, t => {
		const { status, stdout } = runBinary([command, '--help']);
		t.is(status, 0);
		t.regex(stdout, new RegExp(`Examples?:\n  \\$ fewer-labels ${command}`, 'u'));
	});
}

test('no command at all is a usage error that prints the help', t => {
	const { status, stderr } = runBinary([]);
	t.is(status, 2);
	t.regex(stderr, /Usage: fewer-labels/u);
});

const misuse: [title: string, parameters: string[], message: RegExp][] = [
	[
		'an unknown command',
		['verfy'],
		/unknown command 'verfy'\n\(Did you mean verify\?\)\nFix: `fewer-labels --help` lists the commands\n$/u,
	],
	[
		'an unknown command of a group',
		['data', 'chek'],
		/unknown command 'chek'[\s\S]*\nFix: `fewer-labels data --help` lists the commands\n$/u,
	],
	[
		'a missing argument',
		['data', 'check'],
		/missing required argument 'folder'\nFix: `fewer-labels data check --help` lists the arguments and options\n$/u,
	],
	[
		'an unknown option',
		['verify', '--jsn'],
		/unknown option '--jsn'\n\(Did you mean --json\?\)\nFix: `fewer-labels verify --help` lists the arguments and options\n$/u,
	],
	['an unknown suite', ['plan', '--suite', 'smok'], /there is no suite 'smok'\nFix: did you mean smoke\?/u],
	['a missing suite', ['run'], /required option '--suite <name>'/u],
	[
		'an unknown method',
		['run', '--suite', 'smoke', '--methods', 'biggan'],
		/there is no method 'biggan'\nFix: did you mean big-gan\?/u,
	],
	['an unknown profile', ['plan', '--suite', 'smoke', '--profile', 'prox'], /there is no profile 'prox'/u],
	[
		'a label fraction above 1',
		['train', '--method', 'big-gan', '--labels', '1.5', '--out', 'x'],
		/\(0, 1\]/u,
	],
	['a label fraction of 0', ['run', '--suite', 'smoke', '--labels', '0'], /\(0, 1\]/u],
	[
		'seed 0',
		['train', '--method', 'big-gan', '--seed', '0', '--out', 'x'],
		/whole number of at least 1, got '0'/u,
	],
	['a seed beyond 31 bits', ['run', '--suite', 'smoke', '--seeds', '2147483648'], /at most 2147483647/u],
	['a repeated seed', ['plan', '--suite', 'smoke', '--seeds', '1,1'], /each value may stand once/u],
	['zero steps', ['run', '--suite', 'smoke', '--steps', '0'], /whole number of at least 1/u],
	[
		'an unknown launcher',
		['run', '--suite', 'smoke', '--launcher', 'pbs'],
		/Allowed choices are local, slurm, dry/u,
	],
	[
		'a labelling of another kind',
		['prepare', '--profile', 'smoke', '--data', 'shapes', '--shared', 'x', '--labelling', '{"kind":"x"}'],
		/--labelling: ✖ Invalid discriminator value\. Expected [^\n]*'clusters'\n {2}→ at kind\nFix: /u,
	],
	[
		'an unknown option of a method',
		['train', '--method', 's3gan', '--option', 'beta=1', '--out', 'x'],
		/options of s3gan:[\s\S]*beta/u,
	],
];
for (const [title, parameters, message] of misuse) {
	test(`${title} is a usage error, exit code 2`, t => {
		const { status, stdout, stderr } = runBinary(parameters);
		t.is(status, 2, stderr);
		t.is(stdout, '');
		t.regex(stderr, message);
		t.notRegex(stderr, /\n {4}at /u, 'no stack trace');
	});
}

test('without a runtime, training says how to get one, exit code 7', t => {
	const environment = { FEWER_LABELS_CACHE: path.join(folder, 'empty-cache'), FEWER_LABELS_RUNTIME: '' };
	for (const parameters of [
		['train', '--method', 'big-gan', '--profile', 'smoke', '--out', path.join(folder, 'no-runtime')],
		['run', '--suite', 'smoke', '--out', path.join(folder, 'no-runtime-grid')],
	]) {
		const { status, stderr } = runBinary(parameters, environment);
		t.is(status, 7, stderr);
		t.regex(stderr, /no native runtime is provisioned[\s\S]*Fix: run `npx fewer-labels setup`/u);
	}
});

test('a folder whose list of runs cannot be read is refused before anything is prepared', t => {
	const out = path.join(folder, 'newer-grid');
	mkdirSync(out);
	writeFileSync(path.join(out, 'grid.json'), '{"schemaVersion": 3}');
	const { status, stderr } = runBinary(['run', '--suite', 'smoke', '--out', out]);
	t.is(status, 2, stderr);
	t.regex(
		stderr,
		/^Error: [^\n]*grid\.json: it has version 3[^\n]*\nFix: use the newer version of fewer-labels/u,
	);
	t.deepEqual(readdirSync(out), ['grid.json']);
});

test('the plan of a suite is every cell, in a table and in JSON', t => {
	const grid = ['plan', '--suite', 'smoke', '--labels', '0.1,1', '--methods', 'big-gan,single-label'];
	const { status, stdout } = runBinary([...grid, '--seeds', '1,2', '--out', folder]);
	t.is(status, 0);
	t.is(stdout.split('\n').filter(line => /^\| (big-gan|single-label) .* missing /u.test(line)).length, 6);
	const json = JSON.parse(runBinary([...grid, '--seeds', '1', '--out', folder, '--json']).stdout) as {
		runs: { method: string; labelFraction: number | null; state: string }[];
	};
	t.deepEqual(
		json.runs.map(run => [run.method, run.labelFraction, run.state]),
		[
			['big-gan', 0.1, 'missing'],
			['big-gan', 1, 'missing'],
			['single-label', null, 'missing'],
		],
	);
});

test('methods are listed with equations and options, and as JSON', t => {
	const { status, stdout } = runBinary(['methods']);
	t.is(status, 0);
	t.regex(stdout, /^s3gan: S3GAN \(§3\.3; Tables 1, 4, 12\)$/mu);
	t.regex(stdout, /^s2gan-soft: .* \(§5\.4; S2GAN \+SOFT in Table 5; S2GAN SOFT in Table 13\)$/mu);
	t.regex(stdout, /--option discriminatorRotationWeight=0\.5 {2}number from 0\. β of Eq\. 4/u);
	t.regex(stdout, /--option realLoss=mixed {2}mixed or summed\. /u);
	const methods = JSON.parse(runBinary(['methods', '--json']).stdout) as {
		name: string;
		paper: { rows: { name: string; tables: number[] }[] };
		options: Record<string, { default: unknown; enum?: unknown[]; minimum?: number }>;
	}[];
	t.deepEqual(
		methods.map(({ name }) => name),
		builtInMethodNames(),
	);
	const [s3gan, coTraining] = ['s3gan', 's3gan-co'].map(
		wanted => methods.find(({ name }) => name === wanted)!,
	);
	t.is(s3gan.options.generatorRotationWeight.default, 0.2);
	t.is(s3gan.options.rotatedBatchFraction.minimum, 1);
	t.deepEqual(s3gan.paper.rows, [{ name: 'S3GAN', tables: [1, 4, 12] }]);
	t.deepEqual(coTraining.options.prediction.enum, ['soft', 'hard']);
});
