import test from 'ava';
import { makeReport } from '../../reports/write-report.ts';
import { makeGrid } from './make-grid.ts';
import { makePaperGrid } from './make-paper-grid.ts';

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
