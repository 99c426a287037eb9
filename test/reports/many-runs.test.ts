import { rmSync } from 'node:fs';
import test from 'ava';
import { defaultFormats, writeReport } from '../../reports/write-report.ts';
import { makeManyRuns } from './make-many-runs.ts';

// How long 10,000 runs take is measured by ci/bench/report.ts: a busy machine says nothing about the code.
test('hundreds of runs make one row for each cell, every seed in it, in all formats', async t => {
	t.timeout(180_000);
	const { folder } = makeManyRuns(400);
	const { report, files } = await writeReport(folder, { formats: defaultFormats });
	rmSync(folder, { recursive: true });
	t.is(report.runs.finished, 400);
	const [{ groups }] = report.settings as [(typeof report.settings)[number]];
	t.is(groups.length, 40);
	t.deepEqual([...new Set(groups.map(({ runs }) => runs.length))], [10]);
	t.true(groups.every(({ curves }) => curves.every(({ points }) => points.every(({ n }) => n === 10))));
	t.true(files.length > 4);
});
