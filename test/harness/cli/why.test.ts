import { rmSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { makeRuns } from '../suite/plan/make-run.ts';
import { runBinary } from './run-binary.ts';

const place = { method: 's3gan', labelFraction: 0.1 } as const;

test('why explains a run in words, and as JSON', async t => {
	const { out, folders } = await makeRuns([
		{ ...place, seed: 1 },
		{ ...place, seed: 2, options: { discriminatorRotationWeight: 1 } },
	]);
	t.teardown(() => rmSync(out, { recursive: true }));
	const done = runBinary(['why', folders[0]!]);
	t.is(done.status, 0, done.stderr);
	t.regex(done.stdout, /^s3gan, 10 % labels, seed 1 \([0-9a-f]{12}\)\ndone: its result is there/u);
	const stale = runBinary(['why', folders[1]!]);
	t.regex(stale.stdout, /^stale: /mu);
	t.regex(stale.stdout, /recorded → present:\n {2}option discriminatorRotationWeight 1 → 0\.5\n/u);
	const whole = '--methods s3gan --labels 0.1 --seeds 1,2 --profile smoke --steps 60 --data shapes';
	t.true(stale.stdout.includes(`\nnext: fewer-labels run --suite smoke ${whole} --out ${out}\n`));
	const json = JSON.parse(runBinary(['why', folders[1]!, '--json']).stdout) as Record<string, unknown>;
	t.is(json.state, 'stale');

	const two = runBinary(['why', folders[0]!, folders[1]!]);
	t.regex(two.stdout, /^The runs differ in 2 things:\n/u);
	t.regex(two.stdout, / {2}option discriminatorRotationWeight 0\.5 → 1\n {2}seed 1 → 2\n$/u);
});

test('why reads the data again when asked, and says what there is when there is no such run', async t => {
	const { out, folders } = await makeRuns([{ ...place, seed: 1 }]);
	t.teardown(() => rmSync(out, { recursive: true }));
	const { stdout, status } = runBinary(['why', folders[0]!, '--read-data']);
	t.is(status, 0);
	t.regex(stdout, /data: digest dddddddddddd… → [0-9a-f]{12}…/u);
	const missing = runBinary(['why', path.join(out, 'runs', 'nothing')]);
	t.is(missing.status, 2);
	t.regex(missing.stderr, /^Error: .*nothing: there is no such run\nFix: give a run folder/u);
});
