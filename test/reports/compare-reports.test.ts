import test from 'ava';
import { compareReports } from '../../reports/compare-reports.ts';
import { makeReport } from '../../reports/write-report.ts';
import { type MadeRun, makeGrid } from './make-grid.ts';

const report = (fids: readonly number[], change: Partial<MadeRun> = {}, steps?: number) =>
	makeReport(
		makeGrid({
			steps,
			runs: fids.map((fid, index) => ({
				method: 's3gan',
				title: 'S3GAN',
				labelFraction: 0.1,
				seed: index + 1,
				fid,
				inceptionScore: 70,
				...change,
			})),
		}).folder,
	);

const changeOf = async (first: readonly number[], second: readonly number[]) => {
	const [fid] = compareReports(await report(first), await report(second));
	return fid!.change;
};

test('tells better, worse, same and inconclusive, FID downwards', async t => {
	t.is(await changeOf([10, 10.1, 9.9], [12, 12.1, 11.9]), 'worse');
	t.is(await changeOf([10, 10.1, 9.9], [8, 8.1, 7.9]), 'better');
	t.is(await changeOf([10, 10.1, 9.9], [10.05, 10, 9.95]), 'same');
	t.is(await changeOf([10, 10.1, 9.9], [8, 12, 13]), 'inconclusive');
	t.is(await changeOf([10, 10.1], [12, 12.1]), 'inconclusive');
});

test('differences below a hundredth do not matter, however sure', async t => {
	t.is(await changeOf([10, 10.0001, 10.0002], [10.05, 10.0501, 10.0502]), 'same');
});

test('other conditions are incomparable, with the reason, and lone cells are missing', async t => {
	const first = await report([10, 10.1, 9.9]);
	const protocol = { name: 'pytorch-fid', fingerprint: 'a'.repeat(64), proxy: false, details: {} };
	const [fid] = compareReports(first, await report([10, 10.1, 9.9], { result: { protocol } }));
	t.is(fid!.change, 'incomparable');
	t.regex(fid!.reason, /^protocol tfgan-s3gan [0-9a-f]{12} against pytorch-fid a{12}$/u);
	const [shorter] = compareReports(first, await report([10, 10.1, 9.9], {}, 100_000));
	t.is(shorter!.reason, 'steps 250000 against 100000');
	const cells = compareReports(first, await report([10], { method: 's2gan' }));
	t.deepEqual(
		cells.map(({ change, reason }) => [change, reason]),
		[
			['missing', 'no result in B'],
			['missing', 'no result in B'],
			['missing', 'no result in A'],
			['missing', 'no result in A'],
		],
	);
});
