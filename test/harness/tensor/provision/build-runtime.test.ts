import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { EnvironmentError } from '../../../../harness/errors.ts';
import {
	type BuildActions,
	type BuildOptions,
	buildRuntime,
} from '../../../../harness/tensor/provision/build-runtime.ts';
import { currentBuild } from '../../../../harness/tensor/provision/runtime-identity.ts';
import { readRuntime } from '../../../../harness/tensor/runtime-location.ts';

function makeOptions(changes: Partial<BuildOptions> = {}): BuildOptions {
	return {
		folder: path.join(mkdtempSync(path.join(tmpdir(), 'fewer-labels-build-')), 'runtime', 'cpu-x'),
		flavour: 'cpu',
		source: { kind: 'pip', requirement: 'tensorflow-cpu==9', platformTag: 'any', flavour: 'cpu' },
		neededBytes: 1000,
		force: false,
		environment: {},
		...changes,
	};
}

/** Steps that leave the files of a runtime, and a log of those that ran. */
function makeActions(log: string[], changes: Partial<BuildActions> = {}): BuildActions {
	return {
		acquire: ({ folder, step }) =>
			step('library', 'acquire', async () => {
				log.push('acquire');
				await sleep(100);
				mkdirSync(path.join(folder, 'deps', 'lib'), { recursive: true });
				writeFileSync(path.join(folder, 'deps', 'lib', 'libtensorflow_cc.so.2'), '');
				return ['a.whl'];
			}),
		compile: async folder => {
			log.push('compile');
			for (const name of ['addon', 'quiet']) writeFileSync(path.join(folder, name), '');
			return { addon: 'addon', quietLoader: 'quiet' };
		},
		verify: async () => {
			log.push('verify');
			return { version: '9.9.9', gpu: false };
		},
		...changes,
	};
}

const ignore = () => {};

test('acquires, compiles, verifies, and writes the record last', async t => {
	const options = makeOptions();
	const log: string[] = [];
	const lines: string[] = [];
	const verify: BuildActions['verify'] = async files => {
		log.push('verify');
		t.like(files, { folder: options.folder, library: 'deps/lib/libtensorflow_cc.so.2', addon: 'addon' });
		t.is(readRuntime(options.folder), undefined);
		return { version: '9.9.9', gpu: false };
	};
	const runtime = await buildRuntime(options, line => lines.push(line), makeActions(log, { verify }));
	t.deepEqual(log, ['acquire', 'compile', 'verify']);
	t.like(runtime, { flavour: 'cpu', tensorflowVersion: '9.9.9', source: 'pip', packages: ['a.whl'] });
	t.is(runtime.build, currentBuild());
	t.deepEqual(readRuntime(options.folder), runtime);
	t.regex(lines.at(-1) ?? '', /^TensorFlow 9\.9\.9 \(cpu\) is ready in \d+\.\d s: /);
	t.deepEqual(readdirSync(path.dirname(options.folder)), ['cpu-x']);
});

test('of two that start at once, one works and the other waits for its result', async t => {
	const options = makeOptions();
	const log: string[] = [];
	const lines: string[] = [];
	const actions = makeActions(log);
	const both = await Promise.all([
		buildRuntime(options, ignore, actions),
		buildRuntime(options, line => lines.push(line), actions),
	]);
	t.deepEqual(both[0], both[1]);
	t.deepEqual(log, ['acquire', 'compile', 'verify']);
	t.is(lines.length, 1);
	t.regex(lines[0], /^waiting for process \d+ on .*, which is setting up the same runtime$/);
});

test('goes on after an interruption without repeating complete steps', async t => {
	const options = makeOptions();
	const log: string[] = [];
	const compile = async () => {
		throw new Error('interrupted');
	};
	await t.throwsAsync(buildRuntime(options, ignore, makeActions(log, { compile })), {
		message: 'interrupted',
	});
	t.is(readRuntime(options.folder), undefined);
	await buildRuntime(options, ignore, makeActions(log));
	t.deepEqual(log, ['acquire', 'compile', 'verify']);
});

test('a runtime that fails its verification never counts', async t => {
	const options = makeOptions();
	const verify = async () => {
		throw new EnvironmentError('wrong result');
	};
	await t.throwsAsync(buildRuntime(options, ignore, makeActions([], { verify })), {
		message: 'wrong result',
	});
	t.is(readRuntime(options.folder), undefined);
	t.false(existsSync(`${options.folder}.lock`));
});

test('a ready runtime is returned as it is, and made again when forced', async t => {
	const options = makeOptions();
	const log: string[] = [];
	const first = await buildRuntime(options, ignore, makeActions(log));
	writeFileSync(path.join(options.folder, 'leftover'), '');
	t.deepEqual(await buildRuntime(options, ignore, makeActions(log)), first);
	t.is(log.length, 3);
	await sleep(5);
	const second = await buildRuntime({ ...options, force: true }, ignore, makeActions(log));
	t.is(log.length, 6);
	t.true(second.createdAt > first.createdAt);
	t.false(existsSync(path.join(options.folder, 'leftover')));
});

test('checks the disk before it starts', async t => {
	const log: string[] = [];
	await t.throwsAsync(buildRuntime(makeOptions({ neededBytes: 5e18 }), ignore, makeActions(log)), {
		instanceOf: EnvironmentError,
		message: /needs 5000000000\.0 GB of disk/,
	});
	t.deepEqual(log, []);
});

test('an error of the file system names the cache folder', async t => {
	const acquire = async () => {
		throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
	};
	await t.throwsAsync(buildRuntime(makeOptions(), ignore, makeActions([], { acquire })), {
		instanceOf: EnvironmentError,
		message: /^cache folder .*: the disk or quota is full \(ENOSPC/,
	});
});
