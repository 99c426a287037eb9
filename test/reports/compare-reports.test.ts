import test from 'ava';
import { compareReports, isAnyComparable } from '../../reports/compare-reports.ts';
import type { Report } from '../../reports/report-schema.ts';
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

/** One report with the settings of several. */
const together = (...reports: readonly Report[]): Report => ({
	...reports[0]!,
	settings: reports.flatMap(({ settings }) => settings),
});

test('each setting stands against its like, so that a regression in any is seen, in every order', async t => {
	const short = (fids: readonly number[]) => report(fids, {}, 1000);
	const long = (fids: readonly number[]) => report(fids, {}, 250_000);
	const [ten, eight] = [await short([10, 10.1, 9.9]), await long([8, 8.1, 7.9])];
	const known = together(ten, eight);
	const changes = (first: Report, second: Report) =>
		compareReports(first, second)
			.filter(({ metric }) => metric === 'fid')
			.map(({ conditions, change }) => [/[\d,]+(?= steps)/u.exec(conditions)![0], change]);
	const regressed = together(ten, await long([18, 18.1, 17.9]));
	const expected = [
		['1,000', 'same'],
		['250,000', 'worse'],
	];
	t.deepEqual(changes(known, regressed), expected);
	t.deepEqual(
		changes(known, together(...[...regressed.settings].reverse().map(one => ({ ...ten, settings: [one] })))),
		expected,
	);
	t.deepEqual(changes(together(eight, ten), regressed).sort(), expected);
	t.deepEqual(changes(known, known), [
		['1,000', 'same'],
		['250,000', 'same'],
	]);
	// More seeds do not make a setting the one that counts.
	const many = together(await short([10, 10.1, 9.9, 10, 10]), await long([18, 18.1, 17.9]));
	t.deepEqual(changes(known, many), expected);
	// What only one side has is missing on the other, not compared with something else.
	t.deepEqual(changes(known, eight), [
		['1,000', 'missing'],
		['250,000', 'same'],
	]);
	t.deepEqual(changes(ten, known), [
		['1,000', 'same'],
		['250,000', 'missing'],
	]);
});

test('reports without a setting in common have nothing that compares', async t => {
	const cells = compareReports(await report([10, 10.1, 9.9], {}, 1000), await report([10, 10.1, 9.9]));
	t.deepEqual(
		cells.map(({ change }) => change),
		['incomparable', 'incomparable'],
	);
	t.false(isAnyComparable(cells));
	t.true(isAnyComparable(compareReports(await report([10]), await report([11]))));
});

test('equal data compare under another name, other data do not under the same', async t => {
	const data = (name: string, digest: string) => ({ result: { dataSet: { name, digest } } });
	const first = await report([10, 10.1, 9.9], data('one', 'same'));
	const [renamed] = compareReports(first, await report([10, 10.1, 9.9], data('two', 'same')));
	t.is(renamed!.change, 'same');
	const [other] = compareReports(first, await report([10, 10.1, 9.9], data('one', 'other')));
	t.is(other!.reason, 'data one same against one other');
});
