import test from 'ava';
import { runBinary, temporaryFolder } from './run-binary.ts';

const out = temporaryFolder(test);

test('a grid of the paper is refused without data', t => {
	const { status, stderr } = runBinary(['run', '--suite', 'table-2', '--out', out]);
	t.is(status, 2);
	t.regex(
		stderr,
		/suite table-2: it has no data of its own\nFix: .*pack imagenet:DIR OUT --resolution 128.* --data packed:OUT/u,
	);
});

for (const [suite, runs] of [
	['paper', 72],
	['paper-256', 3],
	['table-3', 0],
] as const) {
	test(`the ${runs} runs of ${suite} are planned without data`, t => {
		const { status, stdout, stderr } = runBinary(['plan', '--suite', suite, '--out', out, '--json']);
		t.is(status, 0, stderr);
		const plan = JSON.parse(stdout) as { runs: { state: string }[] };
		t.is(plan.runs.length, runs);
		t.true(plan.runs.every(({ state }) => state === 'missing'));
	});
}
