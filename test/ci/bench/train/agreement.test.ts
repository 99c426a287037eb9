import test from 'ava';
import {
	agreementLimits,
	compareFirstSteps,
	type FirstStep,
	limitsBeyondRounding,
	requireAgreement,
} from '../../../../ci/bench/train/agreement.ts';
import { ActionableError } from '../../../../harness/errors.ts';

const tensor = (...values: number[]) => ({ shape: [values.length], values: Float32Array.from(values) });

function firstStep(
	changes: Record<string, ReturnType<typeof tensor>> = {},
	losses = [2, 3, -0.5],
): FirstStep {
	return {
		losses,
		state: new Map(
			Object.entries({
				'generator/a': tensor(1, 2),
				'generator/a/u_var': tensor(3, 4),
				'generator/a/second_moment': tensor(9, 16),
				// A millionth of the largest gradient: noise.
				'generator/noise/second_moment': tensor(25e-12),
				'discriminator/b/second_moment': tensor(1e-4),
				...changes,
			}),
		),
	};
}

test('equal first steps agree exactly', t => {
	const agreement = compareFirstSteps('peer', firstStep(), firstStep());
	t.deepEqual(agreement, { losses: 0, singularVectors: 0, gradients: 0 });
	t.notThrows(() => requireAgreement('peer', agreement));
});

test('losses differ relative to their size, and absolutely below 1', t => {
	const differ = (losses: number[]) => compareFirstSteps('peer', firstStep({}, losses), firstStep()).losses;
	t.is(differ([2.5, 3, -0.5]), 0.25);
	t.is(differ([2, 3, -0.25]), 0.25);
});

test('singular vectors and gradients differ relative to their length', t => {
	const changed = firstStep({
		'generator/a/u_var': tensor(3, 4.5), // 0.5 of 5
		'generator/a/second_moment': tensor(9, 36), // roots 3, 6: 2 of 5
	});
	const { singularVectors, gradients } = compareFirstSteps('peer', changed, firstStep());
	t.is(singularVectors, 0.1);
	t.is(gradients, 0.4);
});

test("gradients that are rounding noise in their own network do not count, another network's small ones do", t => {
	const noise = firstStep({ 'generator/noise/second_moment': tensor(1e-9) });
	t.is(compareFirstSteps('peer', noise, firstStep()).gradients, 0);
	const small = firstStep({ 'discriminator/b/second_moment': tensor(4e-4) });
	t.true(Math.abs(compareFirstSteps('peer', small, firstStep()).gradients - 1) < 1e-6);
});

test('a contestant beyond a limit is refused with the quantity and what to do', t => {
	for (const quantity of ['losses', 'singularVectors', 'gradients'] as const) {
		const none = { losses: 0, singularVectors: 0, gradients: 0 };
		t.notThrows(() => requireAgreement('peer', { ...none, [quantity]: agreementLimits[quantity] }));
		const error = t.throws(() => requireAgreement('peer', { ...none, [quantity]: 0.5 }), {
			instanceOf: ActionableError,
			message: new RegExp(
				`^peer: ${quantity} differ by 5\\.0e-1 from the reference, at most 1e-\\d is allowed$`,
				'u',
			),
		});
		t.is(error.exitCode, 4);
	}
});

test('where rounding alone goes beyond a limit, three times as far is allowed, and not more', t => {
	const none = { losses: 0, singularVectors: 0, gradients: 0 };
	t.deepEqual(limitsBeyondRounding(none), agreementLimits);
	const limits = limitsBeyondRounding({ ...none, gradients: 0.02 });
	t.deepEqual(limits, { ...agreementLimits, gradients: 0.06 });
	t.notThrows(() => requireAgreement('peer', { ...none, gradients: 0.059 }, limits));
	t.throws(() => requireAgreement('peer', { ...none, gradients: 0.07 }, limits), {
		message: 'peer: gradients differ by 7.0e-2 from the reference, at most 6e-2 is allowed',
	});
});

test('NaN never agrees', t => {
	const broken = compareFirstSteps('peer', firstStep({}, [Number.NaN, 3, -0.5]), firstStep());
	t.throws(() => requireAgreement('peer', broken), { message: /losses differ by NaN/u });
	const brokenVector = firstStep({ 'generator/a/u_var': tensor(Number.NaN, 4) });
	t.throws(() => requireAgreement('peer', compareFirstSteps('peer', brokenVector, firstStep())), {
		message: /singularVectors differ by NaN/u,
	});
});

test('missing, additional and resized tensors are refused', t => {
	const expected = { instanceOf: ActionableError, message: /differs from the reference in size/u };
	const without = firstStep();
	const { state } = without;
	const fewer = { ...without, state: new Map([...state].filter(([name]) => name !== 'generator/a')) };
	t.throws(() => compareFirstSteps('peer', fewer, firstStep()), expected);
	t.throws(() => compareFirstSteps('peer', firstStep({ more: tensor(1) }), firstStep()), expected);
	t.throws(() => compareFirstSteps('peer', firstStep({ 'generator/a': tensor(1) }), firstStep()), expected);
	t.throws(() => compareFirstSteps('peer', firstStep({}, [1]), firstStep()), expected);
});
