import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { executionArguments } from '../../../harness/cli/execution-options.ts';
import { binary, runBinary, temporaryFolder } from './run-binary.ts';

const folder = temporaryFolder(test);
const train = (out: string, ...more: string[]): string[] => [
	...['train', '--profile', 'smoke', '--method', 'single-label', '--steps', '1', '--threads', '1'],
	...['--shared', path.join(folder, 'shared'), '--out', path.join(folder, out), ...more],
];

interface Manifest {
	readonly execution: Readonly<Record<'mode' | 'xla' | 'deterministicKernels' | 'tf32', unknown>> & {
		readonly microBatch: Readonly<Record<'images' | 'passesAnUpdate' | 'statement', unknown>>;
	};
	readonly identity: { readonly settings: Readonly<Record<string, unknown>> };
	readonly environment: Readonly<Record<string, string>>;
	readonly randomness: { readonly threads: Readonly<Record<string, string>> };
}

const manifestFile = (out: string): string => path.join(folder, out, 'manifest.json');
const readManifest = (out: string): Manifest => JSON.parse(readFileSync(manifestFile(out), 'utf8'));

/** Runs a training and ends it as soon as a text is in one of its files: scoring would take longest. */
async function trainUntil(
	{ file, contains }: { readonly file: string | (() => string | undefined); readonly contains: string },
	parameters: readonly string[],
	environment: NodeJS.ProcessEnv = {},
): Promise<void> {
	const child = spawn(process.execPath, [binary, ...parameters], {
		stdio: 'ignore',
		env: { ...process.env, ...environment },
	});
	const ended = new Promise(resolve => child.on('close', resolve));
	const isThere = (name = typeof file === 'string' ? file : file()): boolean =>
		name !== undefined && existsSync(name) && readFileSync(name, 'utf8').includes(contains);
	while (child.exitCode === null && !isThere()) await sleep(50);
	child.kill('SIGKILL');
	await ended;
}

test.serial('a run does as its options say, and its manifest says so', async t => {
	const given = train('asked', '--interop-threads', '2', '--tf32', 'off', '--deterministic');
	const events = path.join(folder, 'asked', 'events.jsonl');
	// What the options say stands over what the shell says.
	await trainUntil({ file: events, contains: '"metrics"' }, given, {
		TF_NUM_INTRAOP_THREADS: '2',
		NVIDIA_TF32_OVERRIDE: '1',
	});
	t.true(readFileSync(events, 'utf8').includes('"metrics"'), 'its kernels are all deterministic');
	const { execution, environment, randomness } = readManifest('asked');
	t.like(execution, { xla: false, deterministicKernels: true, tf32: 'off' });
	t.like(environment, {
		TF_DETERMINISTIC_OPS: '1',
		NVIDIA_TF32_OVERRIDE: '0',
		TF_NUM_INTRAOP_THREADS: '1',
		TF_NUM_INTEROP_THREADS: '2',
	});
	t.deepEqual(randomness.threads, { intraOp: '1', interOp: '2' });
});

test.serial('eager updates in micro-batches are made and stated', async t => {
	const events = path.join(folder, 'eager', 'events.jsonl');
	const given = train('eager', '--eager', '--micro-batch', '4');
	await trainUntil({ file: events, contains: '"metrics"' }, given);
	t.true(readFileSync(events, 'utf8').includes('"metrics"'), 'an update was made');
	const { execution, identity } = readManifest('eager');
	t.is(execution.mode, 'eager');
	t.deepEqual(execution.microBatch, {
		images: 4,
		passesAnUpdate: 4,
		statement:
			'Batch norm in the generator divides by the moments of 4 images, not of 16; each pass advances the singular vectors.',
	});
	t.like(identity.settings, { batchSize: 16, microBatchSize: 4 });
	t.like(readManifest('asked').execution, {
		mode: 'compiled',
		microBatch: { images: 16, passesAnUpdate: 1 },
	});
});

for (const [name, where, parameters] of [
	['the network of the scores', 'shared/pre-training', ['prepare', '--data', 'shapes', '--shared', 'shared']],
	['the extractor', 'extractor/training', ['pretrain', '--out', 'extractor']],
] as const) {
	test.serial(`the training of ${name} says how it was executed`, async t => {
		const shared = path.join(folder, 'pre-trained');
		const trainings = path.join(shared, where);
		const events = (): string | undefined => {
			const [first] = existsSync(trainings) ? readdirSync(trainings) : [];
			return first === undefined ? undefined : path.join(trainings, first, 'events.jsonl');
		};
		const given = parameters.map((text, index) =>
			index === parameters.length - 1 ? path.join(shared, text) : text,
		);
		const asked = ['--tf32', 'off', '--deterministic', '--interop-threads', '2', '--threads', '1'];
		await trainUntil({ file: events, contains: '\n' }, [...given, '--profile', 'smoke', ...asked]);
		const [line] = readFileSync(events()!, 'utf8').split('\n');
		const started = JSON.parse(line!) as Record<string, unknown>;
		t.is(started.event, 'started');
		t.deepEqual(started.execution, {
			xla: false,
			deterministicKernels: true,
			tf32: 'off',
			threads: { intraOp: '1', interOp: '2' },
		});
		t.like(started.environment, { TF_DETERMINISTIC_OPS: '1', NVIDIA_TF32_OVERRIDE: '0' });
		t.like(started.machine, { platform: `${process.platform} ${process.arch}` });
		t.regex((started.software as { backend: string }).backend, /^tensorflow /u);
	});
}

test.serial('XLA is asked for and recorded', async t => {
	// XLA takes half a minute to compile this run on a CPU, after its manifest was written.
	await trainUntil({ file: manifestFile('xla'), contains: '"execution"' }, train('xla', '--xla'));
	const { execution, environment } = readManifest('xla');
	t.true(execution.xla);
	t.regex(environment.TF_XLA_FLAGS, /--tf_xla_auto_jit=2/u);
});

test('values that cannot be are refused by name', t => {
	for (const [command, option, value, message] of [
		['train', '--threads', '0', /--threads <count>.*at least 1, got '0'/u],
		['train', '--interop-threads', 'many', /--interop-threads <count>.*got 'many'/u],
		['prepare', '--tf32', 'maybe', /--tf32 <state>.*Allowed choices are on, off/u],
		['run', '--tf32', '1', /Allowed choices are on, off/u],
		['pretrain', '--threads', '1.5', /got '1.5'/u],
	] as const) {
		const { status, stderr } = runBinary([command, option, value]);
		t.is(status, 2, stderr);
		t.regex(stderr, message);
	}
});

test('a grid hands the options to every job: preparations and runs', t => {
	const out = path.join(folder, 'grid');
	const asked = ['--deterministic', '--tf32', 'off', '--xla', '--interop-threads', '3'];
	const grid = ['run', '--suite', 'smoke', '--launcher', 'dry', '--seeds', '1', '--out', out];
	const { status, stderr } = runBinary([...grid, ...asked]);
	t.is(status, 0, stderr);
	const jobs = path.join(out, 'dry', 'jobs');
	const commands = readdirSync(jobs).map(
		job =>
			(JSON.parse(readFileSync(path.join(jobs, job, 'job.json'), 'utf8')) as { command: string[] }).command,
	);
	const kinds = new Set(commands.map(command => command.find(word => /^(?:train|prepare)$/u.test(word))));
	t.deepEqual([...kinds].sort(), ['prepare', 'train']);
	for (const command of commands) {
		for (const option of asked) t.true(command.includes(option), `${option} in ${command.join(' ')}`);
	}
});

test('nothing asked, nothing handed on', t => {
	t.deepEqual(executionArguments({}), []);
});
