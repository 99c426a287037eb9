// Time to report 10,000 runs (40 cells of 250 seeds, 200 log lines each) as HTML, Markdown, JSON, CSV and SVG.
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/report.ts [runs]
import { rmSync } from 'node:fs';
import { writeReport } from '../../reports/write-report.ts';
import { makeManyRuns } from '../../test/reports/make-many-runs.ts';

const count = Number(process.argv[2] ?? 10_000);
const { folder } = makeManyRuns(count);
const startedAt = performance.now();
const before = process.cpuUsage();
const { report } = await writeReport(folder);
const { user, system } = process.cpuUsage(before);
const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2);
process.stdout.write(
	`${report.runs.finished} runs: ${seconds(performance.now() - startedAt)} s, ${seconds((user + system) / 1000)} s of processor time\n`,
);
rmSync(folder, { recursive: true });
