import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { gridSchema, resultSchema } from '../../../harness/run/records.ts';
import { decodeSafetensors } from '../../../harness/tensor/safetensors.ts';
import { binary, runBinary, temporaryFolder } from './run-binary.ts';

// One small grid for all tests of this file: 2 methods, 2 seeds, 2 steps, on built-in pictures.
const folder = temporaryFolder(test);
const out = path.join(folder, 'grid');
const grid = [
	'run',
	'--suite',
	'smoke',
	'--methods',
	'single-label,s3gan',
	'--labels',
	'1',
	'--seeds',
	'1,2',
	'--steps',
	'2',
];
const train = ['train', '--profile', 'smoke', '--steps', '2', '--shared', path.join(out, 'shared')];

const runsOf = (root: string): string[] => readdirSync(path.join(root, 'runs')).sort();

let first: ReturnType<typeof runBinary>;
test.before(() => {
	first = runBinary([...grid, '--jobs', '2', '--out', out, '--json']);
});

test.serial('a grid ends with a valid result, manifest, events, weights and samples for every run', t => {
	t.is(first.status, 0, first.stderr);
	t.deepEqual(JSON.parse(first.stdout), { ok: true, out, runs: 4, done: 4, failed: [], holes: [] });
	t.regex(first.stderr, /✓ S3GAN seed 2 done \(\d\/4/u);
	const recorded = gridSchema.parse(JSON.parse(readFileSync(path.join(out, 'grid.json'), 'utf8')));
	t.deepEqual(recorded.runs.map(run => path.basename(run.folder)).sort(), runsOf(out));
	for (const run of recorded.runs) {
		const file = (name: string): string => path.join(out, run.folder, name);
		const result = resultSchema.parse(JSON.parse(readFileSync(file('result.json'), 'utf8')));
		t.is(result.runId, run.runId);
		t.is(result.scores.fid.values.length, 5);
		t.true(result.scores.fid.values.every(value => value > 0));
		t.true(result.protocol.proxy);
		const manifest = JSON.parse(readFileSync(file('manifest.json'), 'utf8')) as {
			runId: string;
			identity: { seed: number };
		};
		t.is(manifest.runId, run.runId);
		t.is(manifest.identity.seed, run.seed);
		const events = readFileSync(file('events.jsonl'), 'utf8').trim().split('\n');
		const names = events.map(line => (JSON.parse(line) as { event: string }).event);
		t.deepEqual([names[0], names.at(-1)], ['started', 'completed']);
		t.deepEqual([...readFileSync(file('samples.png')).subarray(1, 4)], [...Buffer.from('PNG')]);
		const { tensors } = decodeSafetensors(readFileSync(file('weights.safetensors')), 'weights');
		t.true(tensors.has('generator/B1/up_conv1/kernel') && tensors.has('discriminator/final_fc/kernel/u_var'));
	}
});

test.serial('the same command again trains nothing and changes no byte', t => {
	const files = runsOf(out).flatMap(run =>
		['result.json', 'events.jsonl'].map(name => path.join(out, 'runs', run, name)),
	);
	const before = files.map(file => readFileSync(file, 'utf8'));
	const { status, stderr } = runBinary([...grid, '--out', out]);
	t.is(status, 0);
	t.regex(stderr, /4 runs: 4 done before, 0 to do/u);
	t.deepEqual(
		files.map(file => readFileSync(file, 'utf8')),
		before,
	);
});

test.serial('the same seed again gives the same result and the same weights bit for bit', t => {
	const other = path.join(folder, 'again');
	cpSync(path.join(out, 'shared'), path.join(other, 'shared'), { recursive: true });
	t.is(runBinary([...grid, '--jobs', '2', '--out', other]).status, 0);
	t.deepEqual(runsOf(other), runsOf(out));
	for (const run of runsOf(out)) {
		for (const name of ['result.json', 'weights.safetensors', 'samples.png']) {
			const [one, two] = [out, other].map(root => readFileSync(path.join(root, 'runs', run, name)));
			t.true(one.equals(two), `${run}/${name}`);
		}
	}
});

test.serial('runs that are missing are made, the others stay', t => {
	const [missing, ...others] = runsOf(out);
	const kept = others.map(run => readFileSync(path.join(out, 'runs', run, 'events.jsonl'), 'utf8'));
	const expected = readFileSync(path.join(out, 'runs', missing, 'result.json'));
	rmSync(path.join(out, 'runs', missing), { recursive: true });
	const { status, stderr } = runBinary([...grid, '--out', out]);
	t.is(status, 0);
	t.regex(stderr, /4 runs: 3 done before, 1 to do/u);
	t.true(readFileSync(path.join(out, 'runs', missing, 'result.json')).equals(expected));
	t.deepEqual(
		others.map(run => readFileSync(path.join(out, 'runs', run, 'events.jsonl'), 'utf8')),
		kept,
	);
});

test.serial(
	'a method of the user runs in the same grid; one that fails is named, exit code 3, the others finish',
	t => {
		const own = path.join(folder, 'own-method.ts');
		const base = path.resolve('methods/single-label/method.ts');
		const lossOf =
			'networks.discriminate(b.fakes).logits.mean().mul(b.fakes.mean().sub(b.fakes.mean()).reciprocal())';
		writeFileSync(
			own,
			`import { method as base } from ${JSON.stringify(base)};
export const method = {
	...base, name: 'own', title: 'OWN',
	generatorLoss: (networks: any, b: any) => ({ total: ${lossOf}, logged: {} }),
};
`,
		);
		const mixed = path.join(folder, 'mixed');
		cpSync(path.join(out, 'shared'), path.join(mixed, 'shared'), { recursive: true });
		const { status, stderr } = runBinary([
			...['run', '--suite', 'smoke', '--methods', `${own},single-label`, '--seeds', '1', '--steps', '2'],
			...['--out', mixed],
		]);
		t.is(status, 3, stderr);
		t.regex(
			stderr,
			/1 of 2 runs failed:\n {2}OWN seed 1: failed: Error: generator\.total is (NaN|Infinity|-Infinity) at generator step 1/u,
		);
		const [failed, done] = runsOf(mixed);
		t.regex(failed, /^own-seed-1-/u);
		t.false(existsSync(path.join(mixed, 'runs', failed, 'result.json')));
		t.regex(
			readFileSync(path.join(mixed, 'runs', failed, 'events.jsonl'), 'utf8'),
			/"event":"failed","message":"generator\.total/u,
		);
		t.true(existsSync(path.join(mixed, 'runs', done, 'result.json')));
		const report = runBinary(['report', mixed]);
		t.is(report.status, 6, 'a grid with a hole');
		t.regex(readFileSync(path.join(mixed, 'report/report.md'), 'utf8'), /generator\.total is/u);
	},
);

test.serial(
	'data that cannot be read ends the grid before the first run, exit code 2, with the reason',
	t => {
		const { status, stderr } = runBinary([
			...grid,
			'--data',
			`cifar10:${folder}/nothing`,
			'--out',
			path.join(folder, 'bad'),
		]);
		t.is(status, 2, stderr);
		t.regex(stderr, /Error: .*nothing/u);
		t.false(existsSync(path.join(folder, 'bad', 'runs')));
	},
);

test.serial('one run by `train` equals the same run of a grid, and its folder refuses another run', t => {
	const one = path.join(folder, 'one');
	const command = [...train, '--method', 'single-label', '--seed', '2', '--out', one];
	const environment = { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' };
	const { status, stdout, stderr } = runBinary(command, environment);
	t.is(status, 0, stderr);
	t.regex(
		stdout,
		/^FID \d+\.\d\d ± \d+\.\d\d, IS \d\.\d{3} ± \d\.\d{3} \(proxy-shapes-32, 5 fake sets\)\n$/u,
	);
	const inGrid = runsOf(out).find(run => run.startsWith('single-label-seed-2'))!;
	t.true(
		readFileSync(path.join(one, 'result.json')).equals(
			readFileSync(path.join(out, 'runs', inGrid, 'result.json')),
		),
	);
	const other = runBinary([...train, '--method', 'single-label', '--seed', '3', '--out', one]);
	t.is(other.status, 2);
	t.regex(other.stderr, /holds the result of another run/u);
});

test.serial('fewer labels leave fewer images, and the manifest says how many', t => {
	const few = path.join(folder, 'few');
	const { status, stderr } = runBinary([...train, '--method', 'big-gan', '--labels', '10%', '--out', few]);
	t.is(status, 0, stderr);
	const manifest = JSON.parse(readFileSync(path.join(few, 'manifest.json'), 'utf8')) as {
		imagesUsed: number;
	};
	t.is(manifest.imagesUsed, 200);
});

test.serial(
	'labels are inferred once for all runs that need them, and the manifest says how wrong they are',
	t => {
		const inferred = path.join(folder, 'inferred');
		cpSync(path.join(out, 'shared'), path.join(inferred, 'shared'), { recursive: true });
		const command = [
			'run',
			'--suite',
			'smoke',
			'--methods',
			's2gan,s3gan',
			'--labels',
			'10%',
			'--seeds',
			'1',
		];
		const { status, stderr } = runBinary([...command, '--steps', '2', '--out', inferred]);
		t.is(status, 0, stderr);
		t.is(stderr.match(/✓ labels inferred from 10 % done/gu)?.length, 1);
		t.is(readdirSync(path.join(inferred, 'shared/feature-extractors')).length, 1);
		const manifests = runsOf(inferred).map(
			run =>
				JSON.parse(readFileSync(path.join(inferred, 'runs', run, 'manifest.json'), 'utf8')) as {
					identity: { preparedLabels: string };
					preparedLabels: { errors: { unlabelled: { top1: number; images: number } } };
				},
		);
		t.is(manifests.length, 2);
		t.is(manifests[0].identity.preparedLabels, manifests[1].identity.preparedLabels);
		const { top1, images } = manifests[0].preparedLabels.errors.unlabelled;
		t.is(images, 1800);
		// Ten classes: chance is 0.9.
		t.true(top1 > 0 && top1 < 0.88, String(top1));
	},
);

test.serial('a full disk is one clear error, exit code 7, and leaves no result', t => {
	const disk = path.join(folder, 'disk');
	mkdirSync(disk);
	const mount = `mount -t tmpfs -o size=64k tmpfs '${disk}'`;
	if (spawnSync('unshare', ['--map-root-user', '--mount', 'sh', '-c', mount]).status !== 0) {
		t.log('this machine allows no private mounts: not tested');
		t.pass();
		return;
	}
	const command = [process.execPath, binary, ...train, '--method', 'single-label', '--out', `${disk}/run`];
	const script = `${mount} && "$@"; code=$?; ls '${disk}/run'; exit $code`;
	const { status, stdout, stderr } = spawnSync(
		'unshare',
		['--map-root-user', '--mount', 'sh', '-c', script, 'sh', ...command],
		{ encoding: 'utf8' },
	);
	t.is(status, 7, stderr);
	t.regex(stderr, /Error: Cannot write .*: no space left on the device/u);
	t.false(stdout.includes('result.json'), stdout);
	t.false(stdout.includes('.tmp'), stdout);
});

test.serial('Ctrl-C stops the runs, exit code 130, and the same command goes on', async t => {
	const stopped = path.join(folder, 'stopped');
	cpSync(path.join(out, 'shared'), path.join(stopped, 'shared'), { recursive: true });
	const long = [
		'run',
		'--suite',
		'smoke',
		'--methods',
		'single-label',
		'--seeds',
		'1',
		'--steps',
		'400',
		'--out',
		stopped,
	];
	const child = spawn(process.execPath, [binary, ...long], { stdio: ['ignore', 'ignore', 'pipe'] });
	let stderr = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		stderr += text;
	});
	const started = (): boolean =>
		existsSync(path.join(stopped, 'runs')) &&
		runsOf(stopped).some(run => {
			const events = path.join(stopped, 'runs', run, 'events.jsonl');
			return existsSync(events) && readFileSync(events, 'utf8').includes('"metrics"');
		});
	while (!started()) await new Promise(resolve => setTimeout(resolve, 50));
	const second = runBinary(long);
	t.is(second.status, 7, second.stderr);
	t.regex(second.stderr, /^Error: .*: another launcher works on this grid: process \d+ on /u);
	child.kill('SIGINT');
	const status = await new Promise(resolve => child.on('close', resolve));
	t.is(status, 130, stderr);
	t.regex(stderr, /Stopping: [\s\S]*Interrupted\. The same command goes on from here\./u);
	const [run] = runsOf(stopped);
	t.regex(
		readFileSync(path.join(stopped, 'runs', run, 'events.jsonl'), 'utf8'),
		/"event":"interrupted","signal":"SIGINT","cause":"[^"]+"\}\n$/u,
	);
	t.false(existsSync(path.join(stopped, 'runs', run, 'result.json')));
});
