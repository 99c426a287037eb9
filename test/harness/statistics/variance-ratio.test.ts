import test from 'ava';
import { variesMoreP } from '../../../harness/statistics/variance-ratio.ts';

test("gives SciPy's tails of the F distribution", t => {
	// Made by ci/golden/statistics_tests.py.
	const cases = [
		{ ours: 1.2, theirs: 0.8, n: 3, m: 3, p: 0.3076923076923077 },
		{ ours: 3, theirs: 0.5, n: 3, m: 3, p: 0.02702702702702703 },
		{ ours: 2, theirs: 1.5, n: 5, m: 3, p: 0.3908387864366449 },
	];
	for (const { ours, theirs, n, m, p } of cases) {
		t.true(Math.abs(variesMoreP({ n, sampleStd: ours }, { n: m, sampleStd: theirs }) - p) < 1e-12);
	}
});

test('values that do not vary never vary more; against a constant everything else does', t => {
	t.is(variesMoreP({ n: 3, sampleStd: 0 }, { n: 3, sampleStd: 1 }), 1);
	t.is(variesMoreP({ n: 3, sampleStd: 0 }, { n: 3, sampleStd: 0 }), 1);
	t.is(variesMoreP({ n: 3, sampleStd: 1e-9 }, { n: 3, sampleStd: 0 }), 0);
});

test('refuses single values and NaN', t => {
	t.throws(() => variesMoreP({ n: 1, sampleStd: 0 }, { n: 3, sampleStd: 1 }), { message: /^n: /u });
	t.throws(() => variesMoreP({ n: 3, sampleStd: Number.NaN }, { n: 3, sampleStd: 1 }), {
		message: /^sampleStd: /u,
	});
});
