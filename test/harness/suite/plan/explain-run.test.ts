import { rmSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { collapseIdentity } from '../../../../harness/run/identify-run.ts';
import { NewerFormatError } from '../../../../harness/run/newer-format-error.ts';
import { methodSourceFiles } from '../../../../harness/run/source-digest.ts';
import { compareRuns, explainRun, findRunFolder } from '../../../../harness/suite/plan/explain-run.ts';
import { loadMethod } from '../../../../methods/registry.ts';
import { dataSet, type MadeUpRun, makeRuns } from './make-run.ts';

const place = { method: 's3gan', labelFraction: 0.1, seed: 1 } as const;

async function explain(run: MadeUpRun, ...others: MadeUpRun[]) {
	const { out, folders } = await makeRuns([run, ...others]);
	try {
		return await explainRun(folders[0]!);
	} finally {
		rmSync(out, { recursive: true });
	}
}

test('a result that the present code would make is done', async t => {
	const { state, differences, next, run } = await explain(place);
	t.is(run, 's3gan, 10 % labels, seed 1');
	t.is(state, 'done');
	t.deepEqual(differences, []);
	t.is(next, null);
});

test('changed source names the file', async t => {
	const { file } = await loadMethod('s3gan');
	const files = {
		...methodSourceFiles(file),
		'method/method.ts': '0'.repeat(16),
		'method/gone.ts': '1'.repeat(16),
	};
	const { state, differences, next } = await explain({
		...place,
		change: { methodSource: 'a'.repeat(64) },
		changeManifest: { methodSourceFiles: files },
	});
	t.is(state, 'stale');
	t.deepEqual(
		differences.map(({ words }) => words),
		[
			'source of the method, its networks or the training loop: method/gone.ts (gone), method/method.ts changed',
		],
	);
	t.regex(
		next!,
		/^fewer-labels run --suite smoke --methods s3gan --labels 0\.1 --seeds 1 --profile smoke --steps 60 --data shapes --out \S+$/u,
	);
});

test('an option, a setting, the back end and the protocol are told one by one', async t => {
	const { differences } = await explain({
		...place,
		options: { discriminatorRotationWeight: 1 },
		change: { backend: 'tensorflow 1.0.0 cpu', protocol: 'f'.repeat(64) },
		changeManifest: {
			protocol: {
				name: 'proxy-shapes-32',
				proxy: true,
				details: { extractorFingerprint: 'e'.repeat(64), fakesPerSet: 1000, referenceImages: 500 },
			},
		},
	});
	const words = differences.map(each => each.words);
	t.true(words.includes('option discriminatorRotationWeight 1 → 0.5'), words.join('\n'));
	t.true(words.some(text => /^numeric back end: tensorflow 1\.0\.0 cpu → /u.test(text)));
	t.true(words.includes('measuring protocol: fakesPerSet 1000 → 256'));
});

test('options of a run that belongs to no suite are those of its command', async t => {
	const { out, folders } = await makeRuns(
		[{ ...place, options: { discriminatorRotationWeight: 1 } }],
		'of-another-version',
	);
	t.teardown(() => rmSync(out, { recursive: true }));
	t.deepEqual((await explainRun(folders[0]!)).differences, []);
});

test('data are compared when they are read again', async t => {
	const { out, folders } = await makeRuns([place]);
	t.teardown(() => rmSync(out, { recursive: true }));
	const before = await explainRun(folders[0]!);
	t.true(before.unknown.some(words => words.startsWith('data: shapes was not read again')));
	t.is((await explainRun(folders[0]!, async () => dataSet)).state, 'done');
	const other = { ...dataSet, digest: 'c'.repeat(64) };
	const after = await explainRun(folders[0]!, async () => other);
	t.is(after.state, 'stale');
	t.deepEqual(
		after.differences.filter(({ field }) => field === 'dataSet').map(({ words }) => words),
		['data: digest dddddddddddd… → cccccccccccc…'],
	);
});

test('a run that the grid replaced says by which', async t => {
	const { state, reason } = await explain(
		{ ...place, listed: false, change: { methodSource: 'a'.repeat(64) } },
		{ ...place, state: 'missing' },
	);
	t.is(state, 'stale');
	t.regex(reason, /the grid has run [0-9a-f]{12} in its place/u);
});

for (const [state, words] of [
	['failed', /^it failed: the loss is NaN\.$/u],
	['interrupted', /^it was stopped before its end/u],
	['started', /its process died without a word/u],
	['missing', /^the grid lists it, and it was never started$/u],
] as const) {
	test(`${state} is told in words, with what to do`, async t => {
		const found = await explain({ ...place, state });
		t.is(found.state, state === 'started' ? 'lost' : state);
		t.regex(found.reason, words);
		t.regex(
			found.next!,
			/^fewer-labels run --suite smoke --methods s3gan --labels 0\.1 --seeds 1 --profile smoke --steps 60 .*--out \S+ goes on with it$|^fewer-labels run --suite smoke --methods s3gan --labels 0\.1 --seeds 1 --profile smoke --steps 60 --out \S+$/u,
		);
	});
}

test('a method that is gone is a difference, not a crash', async t => {
	const { differences } = await explain({
		...place,
		change: { method: 'gone' },
		changeManifest: { command: [] },
	});
	t.regex(
		differences[0]!.words,
		/^it cannot be made again as it was: method: 'gone' is none of this project's/u,
	);
});

test('two runs are compared with one another', async t => {
	const { out, folders } = await makeRuns([place, { ...place, seed: 2 }, { ...place, labelFraction: 0.2 }]);
	t.teardown(() => rmSync(out, { recursive: true }));
	t.deepEqual(compareRuns(folders[0]!, folders[0]!), []);
	t.deepEqual(compareRuns(folders[0]!, folders[1]!), [{ field: 'seed', words: 'seed 1 → 2' }]);
	t.deepEqual(compareRuns(folders[0]!, folders[2]!), [
		{ field: 'labelFraction', words: 'labels 10 % → 20 %' },
	]);
});

test('a run is found by its folder or the start of its ID', async t => {
	const { out, folders } = await makeRuns([place, { ...place, seed: 2 }]);
	t.teardown(() => rmSync(out, { recursive: true }));
	t.is(findRunFolder(folders[0]!), folders[0]!);
	const id = path.basename(folders[1]!).slice(-12);
	t.is(findRunFolder(path.join(out, id)), folders[1]!);
	t.is(findRunFolder(path.join(out, id.slice(0, 6))), folders[1]!);
	t.throws(() => findRunFolder(path.join(out, 'nothing')), {
		instanceOf: UsageError,
		message: /there is no such run/u,
	});
	t.throws(() => findRunFolder(out), { instanceOf: UsageError, message: /is a grid, not a run/u });
});

test('options that the grid says were asked for are no difference, and the next command has them', async t => {
	const asked = { options: { discriminatorRotationWeight: 1 }, recorded: { discriminatorRotationWeight: 1 } };
	t.like(await explain({ ...place, ...asked }), { state: 'done', differences: [], next: null });
	const { state, differences, next } = await explain({ ...place, ...asked, state: 'failed' });
	t.is(state, 'failed');
	t.deepEqual(differences, []);
	t.regex(next!, /run --suite smoke --methods .* --option s3gan\.discriminatorRotationWeight=1 --out /u);
	// Asked for with other options later.
	const later = await explain({ ...place, listed: false }, { ...place, ...asked, state: 'missing' });
	t.is(later.state, 'stale');
	t.deepEqual(
		later.differences.map(({ words }) => words),
		['option discriminatorRotationWeight 0.5 → 1'],
	);
});

test('what ends a training early is as the run was asked for, by the rules of now', async t => {
	const stop = collapseIdentity('stop', 100).collapse!;
	t.like(await explain({ ...place, change: { collapse: stop } }), { state: 'done', differences: [] });
	const { state, differences, next } = await explain({
		...place,
		change: { collapse: { ...stop, rules: 'a'.repeat(64) } },
		changeManifest: { command: ['train', '--evaluate-every', '100', '--on-collapse', 'stop'] },
	});
	t.is(state, 'stale');
	t.deepEqual(
		differences.map(({ words }) => words),
		['what ends a training early: its rules have changed'],
	);
	t.regex(next!, / --evaluate-every 100 --on-collapse stop /u);
});

test('a manifest of a newer version is refused, not explained', async t => {
	await t.throwsAsync(explain({ ...place, changeManifest: { schemaVersion: 2 } }), {
		instanceOf: NewerFormatError,
		message: /manifest\.json: written by a newer version of fewer-labels/u,
	});
});
