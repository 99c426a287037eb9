import test from 'ava';
import type { Manifest } from '../../harness/check/read-manifest.ts';
import { commandOfCell } from '../../reports/rerun-command.ts';

const run = { method: 's3gan', labelFraction: 0.1, profile: 'smoke', steps: 60, seed: 1 };
const command = 'fewer-labels run --suite smoke --profile smoke --steps 60 --methods s3gan';

const manifest = (identity: Record<string, unknown>, source?: string): Manifest =>
	({ identity: { options: {}, ...identity }, dataSet: { source } }) as unknown as Manifest;

test('method, label fraction and seeds come from the grid', t => {
	t.is(
		commandOfCell({ suite: 'smoke', planned: [run, { ...run, seed: 2 }], manifest: undefined }),
		`${command} --labels 0.1 --seeds 1,2 --out OUT`,
	);
	const without = { ...run, labelFraction: null };
	t.is(
		commandOfCell({ suite: 'smoke', planned: [without], manifest: undefined }),
		`${command} --seeds 1 --out OUT`,
	);
});

test('options come from the manifest, and before there is one from the grid', t => {
	const planned = [{ ...run, options: { weight: 2 } }];
	t.is(
		commandOfCell({ suite: 'smoke', planned, manifest: undefined }),
		`${command} --labels 0.1 --seeds 1 --option s3gan.weight=2 --out OUT`,
	);
	t.is(
		commandOfCell({ suite: 'smoke', planned, manifest: manifest({ options: { weight: 2, soft: true } }) }),
		`${command} --labels 0.1 --seeds 1 --option s3gan.weight=2 --option s3gan.soft=true --out OUT`,
	);
});

test('a list of labelled images stands in the place of the label fraction', t => {
	t.is(
		commandOfCell({
			suite: 'smoke',
			planned: [run],
			manifest: manifest({ labelList: 'd'.repeat(64) }, 'shapes'),
		}),
		`${command} --label-list FILE --seeds 1 --data shapes --out OUT`,
	);
});

test('places of data are left out', t => {
	for (const [source, expected] of [
		['cifar10:/some/place', 'cifar10:DIR'],
		['/some/place', 'DIR'],
		['shapes', 'shapes'],
	]) {
		t.regex(
			commandOfCell({ suite: 'smoke', planned: [run], manifest: manifest({}, source) }),
			new RegExp(` --data ${expected} --out OUT$`, 'u'),
		);
	}
});
