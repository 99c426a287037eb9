import { rmSync } from 'node:fs';
import test from 'ava';
import { defaultFormats, writeReport } from '../../reports/write-report.ts';
import { makeManyRuns } from './make-many-runs.ts';

test('2,000 runs are reported in less than 2.5 seconds of processor time', async t => {
	t.timeout(180_000);
	const { folder } = makeManyRuns(2000);
	// ci/bench/report.ts does the same with 10,000. Processor time, because another test may hold the other core.
	const before = process.cpuUsage();
	const { report } = await writeReport(folder, { formats: defaultFormats });
	const { user, system } = process.cpuUsage(before);
	rmSync(folder, { recursive: true });
	t.is(report.runs.finished, 2000);
	t.is(report.settings[0]!.groups.length, 40);
	t.is(report.settings[0]!.groups[0]!.runs.length, 50);
	const seconds = (user + system) / 1e6;
	t.log(`${seconds.toFixed(2)} s`);
	t.true(seconds < 2.5, `${seconds} s`);
});
