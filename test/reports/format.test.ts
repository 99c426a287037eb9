import test from 'ava';
import { summarise } from '../../harness/statistics/summarise.ts';
import * as format from '../../reports/format.ts';

test('scores keep two decimals, small ones three digits, and no minus is a hyphen', t => {
	t.deepEqual([8.004, 120.25, 1, 0, 0.012345, -3.456, -0.0123].map(format.formatScore), [
		'8.00',
		'120.25',
		'1.00',
		'0.00',
		'0.0123',
		'−3.46',
		'−0.0123',
	]);
	t.deepEqual([1.5, -1.5, 0, 0.002, -0.002].map(format.formatDifference), [
		'+1.50',
		'−1.50',
		'0.00',
		'0.00',
		'0.00',
	]);
});

test('mean ± std as in the paper, no spread for one seed', t => {
	t.is(format.formatMeanAndStd(summarise([8, 8.2, 8.4])), '8.20 ± 0.16');
	t.is(format.formatMeanAndStd(summarise([0.01, 0.03])), '0.02 ± 0.01');
	t.is(format.formatMeanAndStd(summarise([8])), '8.00');
	const paper = { table: 'Table 12', confidence: 'consistent', sources: [] } as const;
	t.is(format.formatPaperScore({ ...paper, value: 9, std: 0.3 }), '9.0 ± 0.30');
	t.is(format.formatPaperScore({ ...paper, value: 22 }), '22.0');
});

test('label fractions read as percent', t => {
	t.deepEqual([null, 0.025, 0.07, 0.1, 1].map(format.formatLabels), [
		'no labels',
		'2.5 %',
		'7 %',
		'10 %',
		'100 %',
	]);
});

test('text from outside cannot break a table', t => {
	t.is(format.escapeMarkdown('a|b\n<i>*x*</i>'), 'a\\|b \\<i\\>\\*x\\*\\</i\\>');
});
