import test from 'ava';
import type { Manifest } from '../../harness/check/read-manifest.ts';
import { commandOfCell } from '../../reports/rerun-command.ts';

const place = { profile: 'smoke', dataSet: 'shapes-32', steps: 60 };
const run = { method: 's3gan', labelFraction: 0.1, seed: 1, ...place };
const command = 'npx fewer-labels run --suite smoke --profile smoke --steps 60 --methods s3gan';

const manifest = (identity: Record<string, unknown>, source?: string): Manifest =>
	({ identity: { options: {}, ...identity }, dataSet: { source } }) as unknown as Manifest;

test('method, label fraction and seeds come from the grid', t => {
	t.is(
		commandOfCell({ suite: 'smoke', planned: [run, { ...run, seed: 2 }], manifest: undefined }),
		`${command} --labels 0.1 --seeds 1,2 --data shapes --out OUT`,
	);
	const without = { ...run, labelFraction: null };
	t.is(
		commandOfCell({ suite: 'smoke', planned: [without], manifest: undefined }),
		`${command} --seeds 1 --data shapes --out OUT`,
	);
});

test('options come from the manifest, and before there is one from the grid', t => {
	const planned = [{ ...run, options: { weight: 2 } }];
	t.is(
		commandOfCell({ suite: 'smoke', planned, manifest: undefined }),
		`${command} --labels 0.1 --seeds 1 --data shapes --option s3gan.weight=2 --out OUT`,
	);
	t.is(
		commandOfCell({ suite: 'smoke', planned, manifest: manifest({ options: { weight: 2, soft: true } }) }),
		`${command} --labels 0.1 --seeds 1 --data shapes --option s3gan.weight=2 --option s3gan.soft=true --out OUT`,
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

test('a module of the user’s own is named with its folder, also by cells that have no manifest', t => {
	const own = { ...run, method: 'mine' };
	const methodModule = '/somewhere/my-method/method.ts';
	const withModule = { ...manifest({}, 'shapes'), methodModule } as Manifest;
	const methodsOf = (more: Partial<Parameters<typeof commandOfCell>[0]>): string =>
		/--methods (?<methods>\S+)/u.exec(
			commandOfCell({ suite: 'smoke', planned: [own], manifest: undefined, ...more }),
		)!.groups!.methods!;
	t.is(methodsOf({ manifest: withModule }), 'PATH/my-method/method.ts');
	t.is(methodsOf({ methodModule }), 'PATH/my-method/method.ts');
	t.is(methodsOf({}), 'PATH/method.ts', 'a name alone would not be found');
});

test('data are those of the other runs where a cell has no manifest, and never left out', t => {
	const dataOf = (dataSet: string, source?: string): string =>
		/--data (?<data>\S+)/u.exec(
			commandOfCell({ suite: 'paper', planned: [{ ...run, dataSet }], manifest: undefined, source }),
		)!.groups!.data!;
	t.is(dataOf('imagenet-128', 'packed:/data/imagenet'), 'packed:DIR');
	t.is(dataOf('imagenet-128'), 'DIR');
	t.is(dataOf('shapes-32'), 'shapes');
});

test('evaluator, micro-batch and what else decides numbers come from the run’s own command line', t => {
	const command = [
		...['train', '--method', 's3gan', '--seed', '1', '--evaluator', 'inception', '--micro-batch', '32'],
		...['--on-collapse', 'stop', '--evaluate-every', '100', '--eager', '--out', '/somewhere'],
	];
	t.regex(
		commandOfCell({
			suite: 'x',
			planned: [run],
			manifest: { ...manifest({}, 'shapes'), command } as Manifest,
		}),
		/ --data shapes --evaluator inception --micro-batch 32 --on-collapse stop --evaluate-every 100 --eager --out OUT$/u,
	);
});

test('what a shell would take apart is quoted', t => {
	const planned = [{ ...run, options: { words: "it's here; rm" } }];
	t.regex(
		commandOfCell({ suite: 'x', planned, manifest: undefined }),
		/ --option 's3gan\.words=it'\\''s here; rm' --out OUT$/u,
	);
});
