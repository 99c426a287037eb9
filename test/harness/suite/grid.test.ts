import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { describeLeftOut, optionsOfGrid, writeGrid } from '../../../harness/suite/grid.ts';

type GridRun = Parameters<typeof writeGrid>[2][number];

const run = (changes: Partial<GridRun> = {}): GridRun => ({
	...{
		runId: '0123456789ab',
		folder: 'runs/a',
		method: 's3gan',
		title: 'S3GAN',
		labelFraction: 0.1,
		seed: 1,
	},
	...{ profile: 'smoke', dataSet: 'shapes-32', steps: 60 },
	...changes,
});

function temporary(t: { teardown(end: () => void): void }): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'grid-'));
	t.teardown(() => rmSync(folder, { recursive: true }));
	return folder;
}

/** IDs of the present code: those of `run` as it is. */
const sameCode = (): string => '0123456789ab';

test('runs are added, those at the same place replaced, those of version 1 kept as they are', t => {
	const out = temporary(t);
	const file = path.join(out, 'grid.json');
	writeFileSync(file, JSON.stringify({ schemaVersion: 1, suite: 'smoke', runs: [run(), run({ seed: 2 })] }));
	const made = run({ runId: 'ba9876543210', options: { rotationWeight: 1 } });
	const { grid, leftOut } = writeGrid(out, 'smoke', [made], sameCode);
	t.deepEqual(leftOut, []);
	t.deepEqual(grid, { schemaVersion: 2, suite: 'smoke', runs: [run({ seed: 2 }), made] });
	t.deepEqual(JSON.parse(readFileSync(file, 'utf8')), grid);
});

test('other seeds of a cell stay listed only if the present code gives their IDs; other cells stay', t => {
	const out = temporary(t);
	const others = [
		run({ seed: 4, labelFraction: 0.2 }),
		run({ seed: 4, steps: 7 }),
		run({ seed: 4, profile: 'proxy-32' }),
		run({ seed: 4, dataSet: 'cifar10' }),
		run({ seed: 4, method: 'big-gan', title: 'BIGGAN' }),
	];
	const old = [
		run({ seed: 4, runId: 'dd', folder: 'runs/d' }),
		run(),
		run({ seed: 2, runId: 'bb' }),
		...others,
	];
	writeFileSync(path.join(out, 'grid.json'), JSON.stringify({ schemaVersion: 2, suite: 'smoke', runs: old }));
	const made = run({ seed: 3, runId: 'cc' });
	const asked: unknown[] = [];
	const { grid, leftOut } = writeGrid(out, 'smoke', [made], (record, seed) => {
		asked.push([record.runId, seed]);
		return seed === 2 ? 'bb' : 'other';
	});
	t.deepEqual(grid.runs, [run({ seed: 2, runId: 'bb' }), ...others, made]);
	t.deepEqual(leftOut, [old[0], run()]);
	t.deepEqual(asked, [
		['cc', 4],
		['cc', 1],
		['cc', 2],
	]);
	t.deepEqual(describeLeftOut(leftOut), [
		'S3GAN 10 % labels: seeds 1, 4 were made by other code, options or data, and not listed beside the new runs any more; the folders stay. The same command with --seeds 1,4 trains them again.',
	]);
	t.deepEqual(describeLeftOut([]), []);
});

test('a grid of another version is refused', t => {
	const out = temporary(t);
	writeFileSync(path.join(out, 'grid.json'), JSON.stringify({ schemaVersion: 3, suite: 'smoke', runs: [] }));
	t.throws(() => writeGrid(out, 'smoke', [], sameCode), {
		instanceOf: UsageError,
		message: /grid\.json: it has version 3; this program reads version 1 and 2/u,
	});
});

test('options are those of the same label fraction, else the newest of the method, of the same size', t => {
	const find = optionsOfGrid(
		[
			run({ options: { weight: 1 } }),
			run({ labelFraction: 0.2, options: { weight: 2 } }),
			run({ labelFraction: 0.1, seed: 2, options: { weight: 3 } }),
			run({ labelFraction: 1, options: {} }),
			run({ steps: 7, options: { weight: 4 } }),
			run({ profile: 'proxy-32', options: { weight: 5 } }),
			run({ method: 'big-gan' }),
		],
		{ profile: 'smoke', steps: 60 },
	);
	t.deepEqual(find('s3gan', 0.1), { weight: 3 });
	t.deepEqual(find('s3gan', 0.2), { weight: 2 });
	t.deepEqual(find('s3gan', 0.5), {});
	t.is(find('big-gan', 0.1), undefined);
	t.is(find('clustering', null), undefined);
});
