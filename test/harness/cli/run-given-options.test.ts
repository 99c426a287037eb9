import { readdirSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { gridSchema } from '../../../harness/run/records.ts';
import { runBinary, temporaryFolder } from './run-binary.ts';

const out = path.join(temporaryFolder(test), 'grid');
const grid = [
	...['--suite', 'smoke', '--methods', 's3gan', '--labels', '1', '--seeds', '1', '--steps', '1'],
	...['--out', out],
];
const option = ['--option', 's3gan.discriminatorRotationWeight=1'];

interface Plan {
	readonly runs: readonly { readonly state: string; readonly reason: string }[];
}

test.before(t => {
	const { status, stderr } = runBinary(['run', ...grid, ...option]);
	t.is(status, 0, stderr);
});

test('the grid says which options its runs were given', t => {
	const { schemaVersion, runs } = gridSchema.parse(
		JSON.parse(readFileSync(path.join(out, 'grid.json'), 'utf8')),
	);
	t.is(schemaVersion, 2);
	t.deepEqual(
		runs.map(({ options }) => options),
		[{ discriminatorRotationWeight: 1 }],
	);
});

test('plan takes them from there, unless it is given others, and says so', t => {
	const plan = (...more: string[]) => {
		const { status, stdout, stderr } = runBinary(['plan', ...grid, '--json', ...more]);
		t.is(status, 0, stderr);
		return { ...(JSON.parse(stdout) as Plan).runs[0]!, told: stderr };
	};
	const same = plan();
	t.is(same.state, 'done', same.reason);
	t.regex(same.told, /given them again: --option s3gan\.discriminatorRotationWeight=1\n/u);
	const given = plan(...option);
	t.is(given.state, 'done', given.reason);
	t.notRegex(given.told, /given them again/u);
	t.like(plan('--option', 's3gan.discriminatorRotationWeight=0.5'), {
		state: 'stale',
		reason: 'option discriminatorRotationWeight 1 → 0.5',
	});
});

test('why and watch take them from there too', t => {
	const [name] = readdirSync(path.join(out, 'runs'));
	const why = JSON.parse(runBinary(['why', path.join(out, 'runs', name!), '--json']).stdout);
	t.like(why, { state: 'done', differences: [], next: null });
	const watched = runBinary(['watch', '--once', out]);
	t.is(watched.status, 0, watched.stderr);
	t.notRegex(watched.stdout, /stale/u);
});

test('the plan of `run` itself goes by its own command line', t => {
	const { stdout } = runBinary(['run', ...grid, '--dry-run', '--json']);
	t.is((JSON.parse(stdout) as Plan).runs[0]!.state, 'stale');
});

test('the report says how to make the run again', t => {
	t.is(runBinary(['report', out]).status, 0);
	t.regex(
		readFileSync(path.join(out, 'report', 'report.md'), 'utf8'),
		/fewer-labels run --suite smoke .* --option s3gan\.discriminatorRotationWeight=1 .*--out OUT/u,
	);
});

test('a seed with other options is not listed beside the old one, which is told of', t => {
	const seeds = () =>
		gridSchema
			.parse(JSON.parse(readFileSync(path.join(out, 'grid.json'), 'utf8')))
			.runs.map(({ seed, options }) => [seed, options]);
	const run = (seed: string) => runBinary(['run', ...grid, '--seeds', seed]);
	const other = run('2');
	t.is(other.status, 0, other.stderr);
	t.regex(
		other.stderr,
		/^S3GAN 100 % labels: seed 1 was made by other code, options or data, .* with --seeds 1 trains it again\.$/mu,
	);
	t.deepEqual(seeds(), [[2, {}]]);
	t.is(readdirSync(path.join(out, 'runs')).length, 2);

	// Its result is cut off as well: it is made again, and the cut one kept.
	const [second] = readdirSync(path.join(out, 'runs')).filter(name => name.includes('-seed-2-'));
	const file = (name: string): string => path.join(out, 'runs', second!, name);
	const whole = readFileSync(file('result.json'), 'utf8');
	truncateSync(file('result.json'), 100);
	const again = run('2');
	t.is(again.status, 0, again.stderr);
	t.notRegex(again.stderr, /other code/u);
	t.regex(again.stderr, /^S3GAN seed 2: its result\.json is damaged \(.*\); it is made again$/mu);
	t.regex(again.stderr, /^1 run: 0 done before, 1 to do$/mu);
	t.deepEqual(seeds(), [[2, {}]]);
	t.is(readFileSync(file('result.json'), 'utf8'), whole);
	t.is(readFileSync(file('result.damaged-1.json'), 'utf8'), whole.slice(0, 100));
	const check = JSON.parse(runBinary(['check', out, '--json']).stdout) as {
		rules: readonly { readonly name: string; readonly failed: number }[];
	};
	t.is(check.rules.find(({ name }) => name === 'events')!.failed, 0);
});
