import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { staleRuns } from '../../../harness/suite/plan/stale-runs.ts';
import { formatWatch, progressBar } from '../../../harness/watch/format-watch.ts';
import { createScanner } from '../../../harness/watch/scan-runs.ts';
import { summarise } from '../../../harness/watch/summarise.ts';
import { makeRuns } from '../suite/plan/make-run.ts';
import { makeWatchedGrid, pretendRunning } from './make-watched.ts';

const layout = { columns: 160, rows: 40, colour: false, now: Date.UTC(2030, 0, 1) };

test('every state is told from the files, with speed, losses and reasons', async t => {
	const { out, folders } = await makeWatchedGrid();
	t.teardown(() => rmSync(out, { recursive: true }));
	const watched = createScanner(out)();
	t.deepEqual(
		watched.runs.map(({ state }) => state),
		['done', 'running', 'running', 'failed', 'interrupted', 'lost', 'missing', 'done'],
	);
	t.is(watched.unlisted, 1);
	t.deepEqual(watched.runs[1]!.losses, { 'discriminator.total': 1.5, 'generator.total': -0.25 });

	const stale = await staleRuns(out, watched.grid!);
	t.deepEqual([...stale.keys()], [path.basename(folders[7]!).slice(-12)]);
	const { counts, slowest, secondsLeft, fraction } = summarise(watched, stale);
	t.deepEqual(counts, { done: 1, running: 2, failed: 1, interrupted: 1, lost: 1, missing: 1, stale: 1 });
	t.is(slowest!.secondsPerStep, 3);
	t.is(fraction, (1 + 20 / 60 + 30 / 60 + 1) / 8);
	// By hand: 80 s and 90 s run; then, with 80 s each as the done ones took, three more in two slots.
	t.is(secondsLeft, 80 + 80 + 80);

	const lines = formatWatch(watched, stale, layout);
	t.regex(lines[0]!, /% of 8 runs, about 4 min 00 s left \(2030-01-01 00:04 UTC\)/u);
	t.is(lines[1], '2 running, 1 failed, 1 lost, 1 interrupted, 1 stale, 1 missing, 1 done');
	t.is(lines[2], 'slowest: big-gan 10 % seed 3, 3 s a step');
	const text = lines.join('\n');
	t.regex(
		text,
		/running +big-gan 10 % seed 2 +\[█{7}░{13}\] 20\/60, 2 s a step, 1 min 20 s left.*D total 1\.50, G total -0\.250/u,
	);
	t.regex(text, /failed +big-gan 10 % seed 4 +the loss is NaN/u);
	t.regex(text, /stale +big-gan 10 % seed 8 +source of the method/u);
	t.true(lines.every(line => line.length < layout.columns));
});

test('lines are cut to the terminal, colours only where asked, and control codes never come through', async t => {
	const { out, folders } = await makeWatchedGrid();
	t.teardown(() => rmSync(out, { recursive: true }));
	const event = { time: 3, event: 'failed', message: '\u001B[2Jgone \u0007bell' };
	writeFileSync(path.join(folders[3]!, 'events.jsonl'), `${JSON.stringify(event)}\n`);
	const watched = createScanner(out)();
	const plain = formatWatch(watched, new Map(), layout).join('\n');
	t.false(/\p{Cc}/u.test(plain.replaceAll('\n', '')));
	t.regex(plain, /\[2Jgone bell/u);
	const small = formatWatch(watched, new Map(), { ...layout, columns: 50, rows: 9 });
	t.is(small.length, 8);
	t.true(small.slice(5).every(line => line.length < 50));
	t.regex(small.at(-1)!, /^… and \d more$/u);
	t.true(
		formatWatch(watched, new Map(), { ...layout, colour: true })
			.join('')
			.includes('\u001B[36m'),
	);
	t.is(progressBar(0.5), `[${'█'.repeat(10)}${'░'.repeat(10)}]`);
});

test('a done run is not looked at again, and the others are', async t => {
	const { out, folders } = await makeWatchedGrid();
	t.teardown(() => rmSync(out, { recursive: true }));
	const scan = createScanner(out);
	scan();
	rmSync(path.join(folders[0]!, 'result.json'));
	pretendRunning(folders[1]!, { step: 40, steps: 60, secondsPerStep: 2 });
	const { runs } = scan();
	t.is(runs[0]!.state, 'done');
	t.is(runs[1]!.progress!.step, 40);
});

test('a run without news for a minute says so', async t => {
	const { out, folders } = await makeWatchedGrid();
	t.teardown(() => rmSync(out, { recursive: true }));
	const updatedAt = layout.now - 300_000;
	pretendRunning(folders[1]!, { step: 40, steps: 60, secondsPerStep: null, updatedAt });
	const text = formatWatch(createScanner(out)(), new Map(), layout).join('\n');
	t.regex(text, /40\/60, no step for 5 min 00 s/u);
});

test('a single run can be watched; a folder with nothing in it is refused', async t => {
	const { out, folders } = await makeRuns([
		{ method: 'big-gan', labelFraction: 1, seed: 1, state: 'failed' },
	]);
	t.teardown(() => rmSync(out, { recursive: true }));
	const { runs, grid } = createScanner(folders[0]!)();
	t.is(grid, null);
	t.is(runs[0]!.state, 'failed');
	mkdirSync(path.join(out, 'empty'));
	t.throws(createScanner(path.join(out, 'empty')), {
		instanceOf: UsageError,
		message: /there are no runs in it yet/u,
	});
	t.throws(createScanner(path.join(out, 'nothing')), { instanceOf: UsageError, message: /no such folder/u });
});

test('nothing runs: no end is promised', async t => {
	const { out } = await makeRuns([
		{ method: 'big-gan', labelFraction: 1, seed: 1 },
		{ method: 'big-gan', labelFraction: 1, seed: 2, state: 'missing' },
	]);
	t.teardown(() => rmSync(out, { recursive: true }));
	t.is(summarise(createScanner(out)()).secondsLeft, null);
});
