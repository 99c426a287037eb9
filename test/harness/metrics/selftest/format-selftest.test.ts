import test from 'ava';
import type { CheckResult } from '../../../../harness/metrics/selftest/check.ts';
import { formatCheck, formatSummary } from '../../../../harness/metrics/selftest/format-selftest.ts';

const result: CheckResult = {
	group: 'Resize',
	name: 'a ramp',
	ok: true,
	expected: [1, 2.5],
	tolerance: [0.1, 0.1],
	got: [1.000000001, 2.5],
	error: null,
	source: 'by hand',
	durationMs: 1200,
};

test('a check that passed shows what was expected and what came out', t => {
	t.is(formatCheck(result), '✓ Resize: a ramp\n    expected (1, 2.5) ± 0.1, got (1, 2.5)\n');
});

test('one that failed shows its source, one that threw its error', t => {
	t.is(
		formatCheck({ ...result, ok: false, expected: [3], tolerance: [0.5], got: [7] }),
		'✗ Resize: a ramp\n    expected 3 ± 0.5, got 7\n    source: by hand\n',
	);
	t.is(
		formatCheck({ ...result, ok: false, tolerance: [0.1, 0.2], got: null, error: 'no such kernel' }),
		'✗ Resize: a ramp\n    expected (1, 2.5) ± (0.1, 0.2), got error: no such kernel\n    source: by hand\n',
	);
});

test('the summary counts, names what failed and what was not run', t => {
	t.is(
		formatSummary({
			ok: true,
			checks: [result, result],
			skipped: [{ name: 'published scores', reason: 'no folder' }],
		}),
		'– not run: published scores: no folder\n\n✓ 2 checks passed in 2.4 s\n',
	);
	t.is(
		formatSummary({ ok: false, checks: [result, { ...result, ok: false }], skipped: [] }),
		'\n✗ 1 of 2 checks failed: Resize: a ramp\n',
	);
});
