import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { comparedFiles, killAndResume } from '../../../ci/soak/kill-resume.ts';
import { readEvents, readRunState } from '../../../harness/run/run-folder.ts';
import { binary, runBinary, temporaryFolder } from './run-binary.ts';

const folder = temporaryFolder(test);
const shared = path.join(folder, 'shared');
const threads = { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' };
const command = (out: string, ...more: string[]): string[] => [
	...['train', '--profile', 'smoke', '--method', 'single-label', '--steps', '6', '--shared', shared],
	...['--out', out, ...more],
];

/** A process that can be signalled, and what it prints. */
function start(parameters: readonly string[]): {
	child: ChildProcess;
	ended: Promise<[number | null, string]>;
} {
	const child = spawn(process.execPath, [binary, ...parameters], {
		stdio: ['ignore', 'ignore', 'pipe'],
		env: { ...process.env, ...threads },
	});
	let stderr = '';
	child.stderr!.setEncoding('utf8').on('data', (text: string) => {
		stderr += text;
	});
	return { child, ended: new Promise(resolve => child.on('close', code => resolve([code, stderr]))) };
}

const eventNames = (out: string): string[] => readEvents(out).map(({ event }) => event);

async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await sleep(20);
}

const unbroken = path.join(folder, 'unbroken');
test.before(() => {
	const { status, stderr } = runBinary(command(unbroken), threads);
	if (status !== 0) throw new Error(stderr);
});

test.serial(
	'each signal ends a run after its step with a checkpoint; the same command ends as if unbroken',
	async t => {
		const out = path.join(folder, 'stopped');
		for (const [round, signal] of (['SIGTERM', 'SIGUSR1'] as const).entries()) {
			const { child, ended } = start(command(out));
			await until(() => {
				const names = eventNames(out);
				// The second process is sure to listen once it has gone on from the checkpoint of the first.
				return names.includes('metrics') && names.filter(name => name === 'resumed').length === round;
			});
			child.kill(signal);
			const [code, stderr] = await ended;
			t.is(code, 130, stderr);
			t.is(eventNames(out).at(-1), 'interrupted');
			t.is(readRunState(out).state, 'interrupted');
			t.is(readEvents(out).at(-1)!.signal, signal);
			t.false(existsSync(path.join(out, 'lock.json')));
			t.true(existsSync(path.join(out, 'checkpoints/latest.json')));
		}
		t.is(runBinary(command(out), threads).status, 0);
		t.is(eventNames(out).filter(name => name === 'resumed').length, 2);
		for (const name of comparedFiles) {
			t.true(readFileSync(path.join(out, name)).equals(readFileSync(path.join(unbroken, name))), name);
		}
		t.false(existsSync(path.join(out, 'checkpoints')), 'they have served their purpose');
		const manifest = JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8')) as {
			earlierSessions: unknown[];
		};
		t.is(manifest.earlierSessions.length, 2);
	},
);

test.serial('evaluations and checkpoints after every step leave weights and result as they are', t => {
	const out = path.join(folder, 'evaluated');
	const { status, stderr } = runBinary(
		command(out, '--evaluate-every', '3', '--checkpoint-every', '0', '--on-collapse', 'log'),
		threads,
	);
	t.is(status, 0, stderr);
	for (const name of comparedFiles) {
		t.true(readFileSync(path.join(out, name)).equals(readFileSync(path.join(unbroken, name))), name);
	}
	const evaluations = readEvents(out).filter(({ event }) => event === 'evaluation');
	t.deepEqual(
		evaluations.map(({ step, fakeSets }) => [step, fakeSets]),
		[
			[3, 1],
			[6, 1],
		],
	);
	const result = JSON.parse(readFileSync(path.join(out, 'result.json'), 'utf8')) as {
		collapse: null;
		scores: { fid: { values: number[] } };
	};
	t.is(result.collapse, null);
	// The same state under the same protocol: the last evaluation is the first fake set of the result.
	t.is(evaluations[1].fid, result.scores.fid.values[0]);
});

test.serial(
	'a second process on the same run is refused with exit code 7 and leaves the first alone',
	async t => {
		const out = path.join(folder, 'twice');
		const { child, ended } = start(command(out, '--checkpoint-every', '0'));
		await until(() => eventNames(out).includes('metrics'));
		child.kill('SIGSTOP');
		const second = runBinary(command(out), threads);
		t.is(second.status, 7, second.stderr);
		t.regex(
			second.stderr,
			new RegExp(`Error: ${out}: another process works on this run: process ${child.pid} on `, 'u'),
		);
		t.is(readRunState(out).state, 'running');
		child.kill('SIGKILL');
		await ended;
		t.is(readRunState(out).state, 'lost');
		// Its owner is dead, so the folder is free at once.
		const third = runBinary(command(out), threads);
		t.is(third.status, 0, third.stderr);
		t.regex(
			String(readEvents(out).findLast(({ event }) => event === 'started')!.takenOverFrom),
			/^process \d+ on /u,
		);
		t.true(
			readFileSync(path.join(out, 'result.json')).equals(readFileSync(path.join(unbroken, 'result.json'))),
		);
	},
);

test.serial(
	'a run that was killed between its result and its last event is completed without training',
	t => {
		const out = path.join(folder, 'nearly-done');
		cpSync(unbroken, out, { recursive: true });
		const events = path.join(out, 'events.jsonl');
		const text = readFileSync(events, 'utf8');
		const last = text.lastIndexOf('{', text.length - 2);
		writeFileSync(events, `${text.slice(0, last)}{"time":1,"ev`);
		t.is(runBinary(command(out), threads).status, 0);
		t.is(eventNames(out).at(-1), 'completed');
		t.is(eventNames(out).filter(name => name === 'started').length, 1);
		t.true(readFileSync(events, 'utf8').startsWith(text.slice(0, last)));
	},
);

test.serial('a manifest of a newer format is refused with exit code 7, and nothing is changed', t => {
	const out = path.join(folder, 'newer');
	mkdirSync(out);
	writeFileSync(path.join(out, 'manifest.json'), '{"schemaVersion":2,"runId":"from the future"}');
	const { status, stderr } = runBinary(command(out), threads);
	t.is(status, 7, stderr);
	t.regex(stderr, /written by a newer version of fewer-labels \(format 2; this one reads 1\)/u);
	t.deepEqual(readdirSync(out), ['manifest.json']);
});

/** Runs a script with a small file system of its own at `disk`; undefined where that is not allowed. */
function withMount(disk: string, options: string, script: string, parameters: readonly string[]) {
	mkdirSync(disk, { recursive: true });
	const mount = `mount -t tmpfs -o ${options} tmpfs '${disk}'`;
	const unshare = (text: string, ...rest: string[]) =>
		spawnSync('unshare', ['--map-root-user', '--mount', 'sh', '-c', text, 'sh', ...rest], {
			encoding: 'utf8',
			env: { ...process.env, ...threads },
		});
	if (unshare(mount).status !== 0) return undefined;
	return unshare(`${mount} && ${script}`, process.execPath, binary, ...parameters);
}

test.serial(
	'a disk that fills up while a run trains is one clear error, and with space again the run goes on',
	t => {
		const disk = path.join(folder, 'disk');
		const out = path.join(disk, 'run');
		// Room for one checkpoint of about 2.4 MB, not for two; then for all.
		const script = `"$@"; echo "first $?"; ls '${out}/checkpoints'; mount -o remount,size=64m '${disk}'; "$@"; echo "second $?"; sha256sum '${out}/weights.safetensors'; grep -o resumed '${out}/events.jsonl'`;
		const outcome = withMount(disk, 'size=4m', script, command(out, '--checkpoint-every', '0'));
		if (!outcome) {
			t.log('this machine allows no private mounts: not tested');
			t.pass();
			return;
		}
		const { stdout, stderr } = outcome;
		t.regex(stderr, /Error: Cannot write \S+: no space left on the device/u);
		t.regex(stdout, /first 7\n(latest\.json\n)?step-0000000\d\n/u);
		t.false(/\.tmp/u.test(stdout), stdout);
		t.regex(stdout, /second 0\n/u);
		t.regex(stdout, /resumed/u);
		const expected = spawnSync('sha256sum', [path.join(unbroken, 'weights.safetensors')], {
			encoding: 'utf8',
		});
		t.true(stdout.includes(expected.stdout.slice(0, 64)), stdout);
	},
);

test.serial('a read-only folder is one clear error with exit code 7, and nothing is lost', t => {
	const disk = path.join(folder, 'read-only');
	const script = `mkdir '${disk}/run' && echo '{}' > '${disk}/run/kept' && mount -o remount,ro '${disk}' && { "$@"; echo "code $?"; ls '${disk}/run'; }`;
	const outcome = withMount(disk, 'size=4m', script, command(path.join(disk, 'run')));
	if (!outcome) {
		t.log('this machine allows no private mounts: not tested');
		t.pass();
		return;
	}
	t.regex(outcome.stderr, /Error: Cannot write \S+: the file system is read-only \(EROFS\)\nFix: /u);
	t.regex(outcome.stdout, /code 7\nkept\n$/u);
});

test.serial('killed five times at random moments, a run ends with the same bytes', async t => {
	const outcome = await killAndResume({
		kills: 5,
		seed: 2,
		steps: 6,
		method: 'single-label',
		folder,
		unbroken,
		report: line => t.log(line),
	});
	t.deepEqual(outcome.different, []);
	t.is(outcome.kills, 5);
});

test('a time or an action that cannot be is refused', t => {
	for (const [option, value, message] of [
		['--checkpoint-every', '-1', /--checkpoint-every: expected seconds of at least 0, got '-1'/u],
		[
			'--on-collapse',
			'ignore',
			/--on-collapse: expected log, stop, roll-back, got 'ignore'\nFix: give one of these/u,
		],
		['--evaluate-every', '0', /expected a whole number of at least 1, got '0'/u],
	] as const) {
		const { status, stderr } = runBinary(command(path.join(folder, 'never'), option, value));
		t.is(status, 2);
		t.regex(stderr, message);
	}
	rmSync(path.join(folder, 'never'), { recursive: true, force: true });
});
