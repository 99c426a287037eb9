import test from 'ava';
import { readClassifierRecords } from '../../../harness/run/label-records.ts';
import { runBinary, temporaryFolder } from './run-binary.ts';

const out = temporaryFolder(test);
const grid = [
	...['run', '--suite', 'table-3', '--profile', 'smoke', '--data', 'shapes', '--labels', '10%'],
	...['--out', out, '--json'],
];

test.serial('a grid of classifiers trains them without a GAN and leaves a record of each', t => {
	const { status, stdout, stderr } = runBinary(grid);
	t.is(status, 0, stderr);
	t.is((JSON.parse(stdout) as { runs: number }).runs, 0);
	const records = readClassifierRecords(out);
	t.deepEqual(
		records.map(({ profile, labelFraction }) => [profile, labelFraction]),
		[['smoke', 0.1]],
	);
	t.is(records[0].heldOut?.images, 500);
	t.is(records[0].unlabelled?.images, 1800);
});

test.serial('the same grid again trains nothing', t => {
	const [before] = readClassifierRecords(out);
	t.is(runBinary(grid).status, 0);
	t.deepEqual(readClassifierRecords(out), [before]);
});
