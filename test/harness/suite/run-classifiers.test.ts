import test from 'ava';
import { readClassifierRecords } from '../../../harness/run/label-records.ts';
import { runBinary, temporaryFolder } from '../cli/run-binary.ts';

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

test('the paper’s grids say that they need ImageNet, and can be planned without it', t => {
	const refused = runBinary(['run', '--suite', 'table-2', '--out', out]);
	t.is(refused.status, 2);
	t.regex(refused.stderr, /suite table-2: it has no data of its own\nFix: .*--data imagenet:DIR/u);
	for (const [suite, runs] of [
		['paper', 72],
		['paper-256', 3],
		['table-3', 0],
	] as const) {
		const { status, stdout, stderr } = runBinary(['plan', '--suite', suite, '--out', out, '--json']);
		t.is(status, 0, stderr);
		const plan = JSON.parse(stdout) as { runs: { state: string }[] };
		t.is(plan.runs.length, runs);
		t.true(plan.runs.every(({ state }) => state === 'missing'));
	}
});
