import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { EnvironmentError } from '../../../harness/errors.ts';
import type { RunIdentity } from '../../../harness/run/identity.ts';
import { parseDriverCuda, parseGpus, visibleGpus } from '../../../harness/run/machine.ts';
import { describeRun } from '../../../harness/run/manifest.ts';
import { manifestRunId, refuseNewerManifest, writeManifest } from '../../../harness/run/manifest-file.ts';
import { readSourceState } from '../../../harness/run/source-state.ts';
import { smallSettings } from '../train/small-training.ts';

function temporaryFolder(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-manifest-'));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

test('the state of the source is the commit and, if anything differs from it, a digest of the difference', t => {
	const folder = temporaryFolder(t);
	t.is(readSourceState(folder), null);
	const git = (...parameters: string[]): void => {
		const who = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
		execFileSync('git', ['-C', folder, ...who, ...parameters], { stdio: 'ignore' });
	};
	const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
	git('init');
	write('a.ts', '1');
	write('.gitignore', 'ignored\n');
	git('add', '-A');
	git('commit', '-m', 'first');
	const clean = readSourceState(folder)!;
	t.regex(clean.commit, /^[0-9a-f]{40}$/u);
	t.deepEqual([clean.dirty, clean.diffDigest], [false, null]);
	write('ignored', '1');
	t.deepEqual(readSourceState(folder), clean);
	const digests = [
		['a.ts', '2'],
		['a.ts', '3'],
		['new.ts', '1'],
		['new.ts', '2'],
	].map(([name, text]) => {
		write(name, text);
		const state = readSourceState(folder)!;
		t.is(state.commit, clean.commit);
		t.true(state.dirty);
		return state.diffDigest;
	});
	t.is(new Set(digests).size, 4);
});

test('GPUs are read from what nvidia-smi prints, and only those that the process may use', t => {
	const gpus = parseGpus(
		'0, NVIDIA H100 80GB HBM3, GPU-aaaa-1, 570.86.15, 81559\n1, NVIDIA H100 80GB HBM3, GPU-bbbb-2, 570.86.15, 81559\n',
	);
	t.deepEqual(gpus[1], {
		index: 1,
		name: 'NVIDIA H100 80GB HBM3',
		uuid: 'GPU-bbbb-2',
		driver: '570.86.15',
		memoryMiB: 81_559,
	});
	const indices = (visible: string | undefined) => visibleGpus(gpus, visible).map(({ index }) => index);
	t.deepEqual(indices(undefined), [0, 1]);
	t.deepEqual(indices('1'), [1]);
	t.deepEqual(indices('GPU-bbbb, 0'), [1, 0]);
	t.deepEqual(indices(''), []);
	t.is(parseDriverCuda('| Driver Version: 570.86.15    CUDA Version: 12.8     |'), '12.8');
	t.is(parseDriverCuda(''), null);
});

const identity: RunIdentity = {
	formatVersion: 1,
	method: 'big-gan',
	methodSource: 'a',
	options: {},
	settings: smallSettings(7),
	labelFraction: 1,
	seed: 3,
	dataSet: 'b',
	preparedLabels: null,
	protocol: 'c',
	backend: 'none',
};

test('a manifest names software, seeds, and what they do not fix', t => {
	const manifest = describeRun('0123456789ab', identity, { execution: { mode: 'compiled' } });
	t.is(manifest.software.tensorflowJs, '4.22.0');
	t.is(manifest.randomness.seeds.latents, 3);
	t.is(manifest.randomness.seeds['labelled images'], 1);
	t.regex(manifest.randomness.statement, /for each of the 7 steps.* kernels /u);
	t.is(manifest.machine.platform, `${process.platform} ${process.arch}`);
	t.true(manifest.source.packageLockDigest !== null);
});

test('a run that goes on keeps what earlier manifests said of their processes', t => {
	const folder = temporaryFolder(t);
	const manifest = (runId: string, command: string) => ({ schemaVersion: 1, runId, command, identity: 'x' });
	for (const command of ['first', 'second', 'third']) writeManifest(folder, manifest('a', command));
	const read = () =>
		JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as {
			command: string;
			earlierSessions: { command: string; identity?: string }[];
		};
	t.is(read().command, 'third');
	t.deepEqual(
		read().earlierSessions.map(session => [session.command, session.identity]),
		[
			['first', undefined],
			['second', undefined],
		],
	);
	writeManifest(folder, manifest('b', 'other'));
	t.deepEqual(read().earlierSessions, []);
	t.is(manifestRunId(folder), 'b');
});

test('a manifest of a newer format is refused, a damaged one is written anew', t => {
	const folder = temporaryFolder(t);
	t.notThrows(() => refuseNewerManifest(folder));
	writeFileSync(path.join(folder, 'manifest.json'), '{"sch');
	t.notThrows(() => refuseNewerManifest(folder));
	t.is(manifestRunId(folder), undefined);
	writeFileSync(path.join(folder, 'manifest.json'), '{"schemaVersion":3}');
	t.throws(() => refuseNewerManifest(folder), {
		instanceOf: EnvironmentError,
		message: /manifest\.json: written by a newer version of fewer-labels \(format 3; this one reads 1\)/u,
	});
});
