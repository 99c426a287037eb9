import test from 'ava';
import { runChecks, type SelfCheck, within } from '../../../../harness/metrics/selftest/check.ts';

const check = (got: readonly number[], expected: readonly number[], tolerance: number): SelfCheck => ({
	group: 'Group',
	name: 'name',
	expected,
	tolerance: within(tolerance, expected),
	source: 'by hand',
	measure: () => got,
});

test('numbers within their tolerance pass; one outside, NaN, or another count of numbers fails', async t => {
	const { ok, checks } = await runChecks([
		check([1.05, 2], [1, 2], 0.1),
		check([1.05, 2.2], [1, 2], 0.1),
		check([Number.NaN], [1], 0.1),
		check([1], [1, 2], 0.1),
		check([1, 2, 3], [1, 2], 0.1),
	]);
	t.deepEqual(
		checks.map(result => result.ok),
		[true, false, false, false, false],
	);
	t.false(ok);
});

test('a check that throws fails with its message, and the others run on', async t => {
	const seen: boolean[] = [];
	const { ok, checks } = await runChecks(
		[
			{
				...check([1], [1], 0),
				measure() {
					throw new Error('no such kernel');
				},
			},
			{ ...check([1], [1], 0), measure: async () => [1] },
		],
		{ onResult: result => seen.push(result.ok) },
	);
	t.deepEqual(seen, [false, true]);
	t.deepEqual([checks[0].got, checks[0].error], [null, 'no such kernel']);
	t.false(ok);
});

test('what is skipped is told and fails nothing', async t => {
	const skipped = [{ name: 'published scores', reason: 'no folder' }];
	const result = await runChecks([check([1], [1], 0)], { skipped });
	t.true(result.ok);
	t.deepEqual(result.skipped, skipped);
});
