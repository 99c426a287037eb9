import test from 'ava';
import { repeatCommand } from '../../../harness/run/repeat-command.ts';

const run = { method: 's3gan', labelFraction: 0.1, seed: 3, profile: 'smoke', steps: 7 };

test('the command has all that was asked for: cell, size, data, options, evaluation and execution', t => {
	const command = repeatCommand({
		suite: 'proxy',
		out: '/runs/my grid',
		runs: [{ ...run, options: { rotatedBatchFraction: 1 } }, { ...run, seed: 1 }, run],
		recorded: {
			identity: { method: 's3gan' },
			methodModule: null,
			dataSet: { source: 'cifar10:/data' },
			command: [
				...['train', '--method', 's3gan', '--labels', '0.1', '--seed', '3', '--evaluator', 'proxy'],
				...['--option', 'rotatedBatchFraction=1', '--option', 'generatorRotationWeight=0.2'],
				...['--micro-batch', '8', '--eager', '--evaluate-every', '5', '--on-collapse', 'stop'],
				...['--checkpoint-every', '0', '--tf32=off', '--deterministic', '--out', '/runs/a/runs/b'],
			],
		},
	});
	t.is(
		command,
		'fewer-labels run --suite proxy --methods s3gan --labels 0.1 --seeds 1,3 --profile smoke --steps 7 ' +
			'--data cifar10:/data --option s3gan.rotatedBatchFraction=1 --evaluator proxy --micro-batch 8 ' +
			"--eager --evaluate-every 5 --on-collapse stop --checkpoint-every 0 --tf32 off --deterministic --out '/runs/my grid'",
	);
});

test('a module of the user goes by its path, a list of labelled images in place of a fraction', t => {
	const recorded = {
		identity: { method: 'mine', labelList: 'a' },
		methodModule: '/home/me/mine/method.ts',
		dataSet: {},
		command: ['train', '--label-list', '/lists/10.txt'],
	};
	const [runs, place] = [[{ ...run, method: 'mine' }], { suite: 'smoke', out: 'out' }];
	t.is(
		repeatCommand({ ...place, runs, recorded }),
		'fewer-labels run --suite smoke --methods /home/me/mine/method.ts --label-list /lists/10.txt --seeds 3 --profile smoke --steps 7 --out out',
	);
	const joined = { ...recorded, command: ['train', '--label-list=/lists/10.txt'] };
	t.true(repeatCommand({ ...place, runs, recorded: joined }).includes(' --label-list /lists/10.txt '));
	t.regex(
		repeatCommand({ ...place, runs: [run], recorded }),
		/ --methods s3gan /u,
		'the module of another method is not it',
	);
	t.is(
		repeatCommand({ ...place, runs: [{ ...run, labelFraction: null }], recorded: undefined }),
		'fewer-labels run --suite smoke --methods s3gan --seeds 3 --profile smoke --steps 7 --out out',
	);
});
