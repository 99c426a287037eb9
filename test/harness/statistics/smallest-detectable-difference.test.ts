import test from 'ava';
import { smallestDetectableDifference } from '../../../harness/statistics/smallest-detectable-difference.ts';

test("solves SciPy's noncentral t", t => {
	// Made by ci/golden/statistics_tests.py.
	const cases = [
		{ counts: [3, 3], power: 0.8, expected: 3.0708922663636873 },
		{ counts: [5, 5], power: 0.8, expected: 2.0244393393845423 },
		{ counts: [3, 10], power: 0.9, expected: 2.3475561928960578 },
		{ counts: [30, 30], power: 0.8, expected: 0.7356210695976682 },
	] as const;
	for (const { counts, power, expected } of cases) {
		const difference = smallestDetectableDifference({ counts, power, sampleStd: 2 });
		t.true(Math.abs(difference / (2 * expected) - 1) < 1e-6, `${counts.join(' and ')}: ${difference}`);
	}
});

test('nothing varies, everything is detectable', t => {
	t.is(smallestDetectableDifference({ counts: [3, 3], sampleStd: 0 }), 0);
});

test('refuses single values, NaN and impossible chances', t => {
	t.throws(() => smallestDetectableDifference({ counts: [1, 3], sampleStd: 1 }), { message: /^counts/u });
	t.throws(() => smallestDetectableDifference({ counts: [3, 3], sampleStd: Number.NaN }), {
		message: 'sampleStd: expected a finite number of at least 0, got NaN',
	});
	t.throws(() => smallestDetectableDifference({ counts: [3, 3], sampleStd: 1, power: 0.01 }), {
		message: /^expected 0 < alpha < power < 1/u,
	});
});
