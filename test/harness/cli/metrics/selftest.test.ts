import test from 'ava';
import { locateRuntime } from '../../../../harness/tensor/runtime-location.ts';
import { runBinary, temporaryFolder } from '../run-binary.ts';

const folder = temporaryFolder(test);

test('--json prints every check on stdout and nothing else', t => {
	const { status, stdout } = runBinary(['metrics', 'selftest', '--quick', '--json'], {
		FEWER_LABELS_CACHE: folder,
		FEWER_LABELS_RUNTIME: locateRuntime()?.folder ?? '',
	});
	t.is(status, 0);
	const result = JSON.parse(stdout) as {
		ok: boolean;
		checks: Array<{ ok: boolean; group: string }>;
		skipped: unknown;
	};
	t.deepEqual(result.skipped, [
		{
			name: 'published scores of CIFAR-10',
			reason:
				"Inception's weights are not installed (fewer-labels metrics install FILE), and no CIFAR-10 folder was given",
		},
	]);
	t.true(result.ok);
	t.true(result.checks.length >= 20 && result.checks.every(({ ok }) => ok));
	t.deepEqual(
		[...new Set(result.checks.map(({ group }) => group))],
		[
			'Inception score',
			'Resize',
			'Inception',
			'Kernel distance',
			'Fréchet distance',
			'Precision, recall, density, coverage',
		],
	);
});

test('published scores without the network name what to install', t => {
	const { status, stdout, stderr } = runBinary(['metrics', 'selftest', '--cifar10', folder], {
		XDG_CACHE_HOME: folder,
		FEWER_LABELS_CACHE: folder,
	});
	t.is(status, 7, stderr);
	t.is(stdout, '');
	t.regex(stderr, /Inception[\s\S]*metrics install/u);
});
