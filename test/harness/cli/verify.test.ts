import { spawnSync } from 'node:child_process';
import {
	cpSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';

const temporaryFolder = (): string => realpathSync(mkdtempSync(path.join(tmpdir(), 'verify-')));

function verify(
	parameters: readonly string[],
	{ root = process.cwd(), env = {} }: { root?: string; env?: Record<string, string> } = {},
) {
	const environment = { ...process.env, GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '', ...env };
	const binary = path.join(root, 'harness/cli/fewer-labels.js');
	const { status, stdout, stderr } = spawnSync(process.execPath, [binary, 'verify', ...parameters], {
		encoding: 'utf8',
		env: environment,
	});
	return { status, stdout, stderr };
}

/** The tree in a temporary folder with one replacement in one file; `act` may run it. */
function withBrokenCopy<Value>(file: string, from: string, to: string, act: (root: string) => Value): Value {
	const root = temporaryFolder();
	try {
		for (const name of ['harness', 'methods', 'reference']) {
			cpSync(name, path.join(root, name), { recursive: true });
		}
		cpSync('package.json', path.join(root, 'package.json'));
		symlinkSync(path.resolve('node_modules'), path.join(root, 'node_modules'));
		const text = readFileSync(path.join(root, file), 'utf8');
		if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
		writeFileSync(path.join(root, file), text.replace(from, to));
		return act(root);
	} finally {
		rmSync(root, { recursive: true });
	}
}

test('passes on this tree, with the totals of the paper, its code and Keras', t => {
	const { status, stdout, stderr } = verify([]);
	t.is(status, 0, stderr);
	for (const total of ['87,982,370', '70,433,988', '98,635,298', '82,097,604', '383,573,228']) {
		t.true(stdout.includes(total), total);
	}
	t.regex(stdout, /✓ 8 networks agree with the reference\n$/u);
	t.is(stderr, '');
});

test('prints JSON with the agreed names and nothing else', t => {
	const { status, stdout, stderr } = verify(['--json', '--network', 'generator-128']);
	t.is(status, 0);
	t.is(stderr, '');
	t.deepEqual(JSON.parse(stdout), {
		ok: true,
		networks: [
			{ name: 'generator-128', expected: 70_433_988, actual: 70_433_988, tensors: 62, mismatches: [] },
		],
	});
});

/** Addresses of the modules that a call loads, as V8 counts them. */
function modulesOf(parameters: readonly string[]): string[] {
	const folder = temporaryFolder();
	try {
		verify(parameters, { env: { NODE_V8_COVERAGE: folder } });
		return readdirSync(folder).flatMap(name => {
			const { result } = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
			return (result as { url: string }[]).map(({ url }) => url);
		});
	} finally {
		rmSync(folder, { recursive: true });
	}
}

test('is fast because it never loads TensorFlow, nor TensorFlow.js', t => {
	const ofTensorFlow = (urls: readonly string[]) => urls.filter(url => url.includes('/@tensorflow/'));
	const modules = modulesOf(['--json']);
	t.true(modules.some(url => url.endsWith('/harness/cli/verify.ts')));
	t.deepEqual(ofTensorFlow(modules), []);
	// With real variables it must.
	t.true(ofTensorFlow(modulesOf(['--allocate', '--network', 'feature-extractor-w4'])).length > 0);
	// A runtime that cannot be loaded is not missed.
	t.is(verify([], { env: { FEWER_LABELS_RUNTIME: '/nonexistent' } }).status, 0);
});

test('an unknown network is a usage error with the valid names', t => {
	const { status, stdout, stderr } = verify(['--network', 'generator-1024']);
	t.is(status, 2);
	t.is(stdout, '');
	t.regex(stderr, /network 'generator-1024': expected one of discriminator-128, generator-128, /u);
});

test('a changed multiplier fails with exit code 4 and the names of the tensors', t => {
	withBrokenCopy(
		'methods/networks/big-gan/blocks.ts',
		'128: [16, 16, 8, 4, 2, 1],',
		'128: [16, 16, 8, 4, 2, 2],',
		root => {
			const { status, stdout } = verify([], { root });
			t.is(status, 4);
			t.regex(stdout, /✗ {2}generator-128/u);
			t.regex(stdout, /✓ {2}discriminator-128/u);
			t.regex(stdout, /generator\/B5\/up_conv1\/kernel +3×3×192×96 \(165,888 elements\) +3×3×192×192 /u);
			t.regex(stdout, /\n✗ not the reference: generator-128\n$/u);

			const { networks } = JSON.parse(verify(['--json'], { root }).stdout);
			t.deepEqual(
				networks.map(({ mismatches }: { mismatches: unknown[] }) => mismatches.length > 0),
				[false, true, false, false, false, false, false, false],
			);
		},
	);
});

test('in GitHub Actions mismatches become annotations and the tables a summary', t => {
	withBrokenCopy('methods/networks/big-gan/config.ts', 'embeddingSize: 128,', 'embeddingSize: 127,', root => {
		const summary = path.join(root, 'summary.md');
		writeFileSync(summary, 'earlier step\n');
		const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
		const { status, stderr } = verify(['--network', 'generator-128'], { root, env });
		t.is(status, 4);
		t.regex(
			stderr,
			/^::error file=methods\/networks\/big-gan\/describe-generator\.ts,title=Parameter count of generator-128::generator\/embed_y\/kernel: expected 1000×128 /u,
		);
		const text = readFileSync(summary, 'utf8');
		t.true(text.startsWith('earlier step\n### Parameter counts\n'));
		t.regex(
			text,
			/\| generator-128 \| `generator\/embed_y\/kernel` \| 1000×128 \(128,000 elements\) \| 1000×127 /u,
		);
	});
});

test('damaged reference data is an error that says what to restore, not a pass', t => {
	withBrokenCopy('reference/s3gan-tensors.json', '"size": 2592', '"size": 2593', root => {
		const { status, stderr } = verify([], { root });
		t.is(status, 7);
		t.regex(stderr, /reference\/s3gan-tensors\.json is not the reference data/u);
	});
});

test('help shows the options', t => {
	const { status, stdout } = verify(['--help']);
	t.is(status, 0);
	for (const option of ['--network <name>', '--allocate', '--json']) {
		t.true(stdout.includes(option), option);
	}
});
