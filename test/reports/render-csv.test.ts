import test from 'ava';
import { renderCsv } from '../../reports/render-csv.ts';
import { makeReport } from '../../reports/write-report.ts';
import { makeGrid } from './make-grid.ts';

test('one line for each run and score, quoted, and nothing a spreadsheet would run', async t => {
	const { folder } = makeGrid({
		runs: [
			{
				...{ method: 's3gan', title: '=1+1, "x"', labelFraction: 0.1, seed: 1 },
				...{ fid: 8.5, inceptionScore: 70, manifest: true },
			},
		],
	});
	const lines = renderCsv(await makeReport(folder)).split('\r\n');
	t.is(lines.length, 4);
	t.regex(lines[0]!, /^profile,data,steps,protocol,method,title,labelFraction,seed,runId,metric,value,/u);
	t.regex(
		lines[1]!,
		/,s3gan,"'=1\+1, ""x""",0\.1,1,[0-9a-f]{12},fid,8\.5,false,,70433988,87982370,8,8\.1,0\.14,inconclusive,1,1,0\.5,,,,,$/u,
	);
	t.regex(lines[2]!, /,inceptionScore,70,/u);
	t.is(lines[3], '');
});
