import { rmSync } from 'node:fs';
import test from 'ava';
import { makeReport } from '../../reports/write-report.ts';
import { makeGrid } from './make-grid.ts';
import { makePaperGrid, paperCells } from './make-paper-grid.ts';

test('three seeds against three are inconclusive, whatever their values, and the paper’s effect stands beside', async t => {
	const { settings } = await makeReport(makePaperGrid().folder);
	const { effects } = settings[0]!;
	t.is(effects.length, 38);
	const effect = effects.find(
		({ first, second, labelFraction, metric }) =>
			first === 'S3GAN' && second === 'S2GAN' && labelFraction === 0.1 && metric === 'fid',
	)!;
	t.is(effect.p, 0.1);
	t.is(effect.conclusion, 'inconclusive: 3 against 3 seeds cannot reach p below 0.10');
	// 8.0 against 8.9: 10 % less.
	t.true(Math.abs(effect.paperDifferencePercent! - -10.11) < 0.01);
	t.true(effects.every(({ p, adjustedP }) => adjustedP >= p));
});

test('enough seeds show an effect, or what would have been seen', async t => {
	const cell = (method: string, center: number) =>
		[0, 1, 2, 3, 4].map(index => ({
			method,
			title: method.toUpperCase(),
			labelFraction: 0.1,
			seed: index + 1,
			fid: center + index / 10,
			inceptionScore: 50 + index,
		}));
	const { folder } = makeGrid({ runs: [...cell('s2gan', 9), ...cell('s3gan', 8)] });
	const [fid, inceptionScore] = (await makeReport(folder)).settings[0]!.effects;
	t.is(fid!.p, 2 / 252);
	t.is(fid!.conclusion, 'better: S3GAN has the lower value');
	t.is(inceptionScore!.p, 1);
	// 2.024 standard deviations of 1.581, see ci/golden/statistics_tests.py.
	t.is(inceptionScore!.conclusion, 'no difference shown; differences below 3.20 go unnoticed');
});

/** Seeds of every cell of the paper that hardly differ, so that every pair of methods is fully apart. */
const effectsOfSeeds = async (
	count: number,
	change: (fid: number, method: string) => number = fid => fid,
) => {
	const { folder } = makeGrid({
		runs: paperCells.flatMap(({ method, labelFraction, fid, inceptionScore }) =>
			Array.from({ length: count }, (_, index) => ({
				...{ method, title: method, labelFraction, seed: index + 1 },
				fid: change(fid.printed[0], method) * (1 + index / 10_000),
				inceptionScore: inceptionScore.printed[0] * (1 + index / 10_000),
			})),
		),
	});
	const { effects } = (await makeReport(folder)).settings[0]!;
	rmSync(folder, { recursive: true });
	return effects.filter(({ metric }) => metric === 'fid');
};

test('four or five seeds, fully apart, are inconclusive where the correction puts 0.05 out of their reach', async t => {
	for (const [count, words] of [
		// 19 times 2 / 70 and 2 / 252.
		[4, 'inconclusive: 4 against 4 seeds cannot reach p below 0.54, corrected for 19 tests'],
		[5, 'inconclusive: 5 against 5 seeds cannot reach p below 0.15, corrected for 19 tests'],
	] as const) {
		const effects = await effectsOfSeeds(count);
		t.is(effects.length, 19);
		t.deepEqual([...new Set(effects.map(({ conclusion }) => conclusion))], [words]);
		t.true(effects.every(({ adjustedP, smallestAdjustedP }) => smallestAdjustedP! <= adjustedP));
	}

	// 19 times 2 / 924 is 0.04: six seeds can tell, and where two methods are the same, say what goes unnoticed.
	const effects = await effectsOfSeeds(6, (fid, method) => (/^s[23]gan$/u.test(method) ? 10 : fid));
	const conclusions = effects.map(({ conclusion }) => conclusion.replace(/[:;].*/u, ''));
	t.deepEqual([...new Set(conclusions)].sort(), ['better', 'no difference shown', 'worse']);
	// 2.881 standard deviations (scipy's noncentral t at 0.05 / 19) of 0.00187; uncorrected it would be 1.796.
	t.is(
		effects.find(({ first, second }) => first === 's3gan' && second === 's2gan')!.conclusion,
		'no difference shown; differences below 0.00539 go unnoticed',
	);
});
