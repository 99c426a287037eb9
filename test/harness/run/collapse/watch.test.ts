import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { duplicateRate, thumbnail } from '../../../../harness/run/collapse/duplicates.ts';
import { actionFor, parseCollapseAction } from '../../../../harness/run/collapse/policy.ts';
import { createCollapseWatch, watchMemorySchema } from '../../../../harness/run/collapse/watch.ts';
import { createStream } from '../../../../harness/tensor/random.ts';

test('without a policy a training stops at what is not finite only; with one, at every sign', t => {
	t.is(actionFor('non-finite', undefined), 'stop');
	t.is(actionFor('fid-jump', undefined), 'log');
	t.is(actionFor('non-finite', 'log'), 'stop', 'there is nothing left to train');
	t.is(actionFor('fid-jump', 'stop'), 'stop');
	t.is(actionFor('vanishing-loss', 'roll-back'), 'roll-back');
	t.throws(() => parseCollapseAction('ignore'), {
		instanceOf: UsageError,
		message: "--on-collapse: expected log, stop, roll-back, got 'ignore'",
	});
});

test('an FID of more than twice the best so far is told once, and again after it was better', t => {
	const watch = createCollapseWatch(1000);
	const at = (step: number, fid: number) => watch.onEvaluation(step, { fid, duplicates: 0 });
	t.deepEqual(at(100, 80), []);
	t.deepEqual(at(200, 40), []);
	t.deepEqual(at(300, 80), []);
	t.deepEqual(at(400, 81), [{ kind: 'fid-jump', reason: 'FID jumped to 81.00 from 40.00 at step 200' }]);
	t.deepEqual(at(500, 200), []);
	t.deepEqual(at(600, 41), []);
	t.is(at(700, 100).length, 1);
});

test('a discriminator loss that vanishes is told, one small loss is not', t => {
	const watch = createCollapseWatch(1000);
	const told: number[] = [];
	for (let step = 1; step <= 300; step++) {
		const loss = step === 100 || step > 200 ? 0.001 : 1.5;
		for (const { kind } of watch.onStep(step, { 'discriminator.total': loss })) {
			t.is(kind, 'vanishing-loss');
			told.push(step);
		}
	}
	t.is(told.length, 1);
	// 10 steps of memory: 1.5 · 0.9ⁿ < 0.019 after 42 steps.
	t.true(told[0] >= 240 && told[0] <= 245, String(told[0]));
});

test('a hinge that vanishes is told whatever the other parts of the loss are', t => {
	const watch = createCollapseWatch(1000);
	const told: number[] = [];
	for (let step = 1; step <= 300; step++) {
		const hinge = step > 200 ? 0 : 1.5;
		const losses = { 'discriminator.total': hinge + 0.3, 'discriminator.adversarialLoss': hinge };
		for (const { reason } of watch.onStep(step, losses)) {
			t.regex(reason, /^the discriminator's adversarial loss vanished: 0\.0\d+ in the mean$/u);
			told.push(step);
		}
	}
	t.is(told.length, 1);
	// A small total says nothing where the adversarial part is known.
	const other = createCollapseWatch(100);
	for (let step = 1; step <= 50; step++) {
		const losses = { 'discriminator.total': 0.001, 'discriminator.adversarialLoss': 1.5 };
		t.deepEqual(other.onStep(step, losses), []);
	}
});

test('a singular value that grows tenfold between two looks is told with its kernel', t => {
	const watch = createCollapseWatch(1000);
	const look = (largest: number) =>
		watch.onSpectrum({ generator: { largest, name: 'generator/B1/up_conv1/kernel' } });
	t.deepEqual(look(1), []);
	t.deepEqual(look(9), []);
	t.deepEqual(look(91), [
		{
			kind: 'singular-value',
			reason:
				'the largest singular value of the generator grew from 9.00 to 91.0 (generator/B1/up_conv1/kernel)',
		},
	]);
});

test('a watch that goes on from its memory says what one that was never stopped says', t => {
	const stream = createStream(1, 'losses');
	const losses = Array.from({ length: 100 }, (_, index) => stream.uniform() * 0.97 ** index);
	const run = (breakAt: number[]) => {
		let watch = createCollapseWatch(100);
		const told: unknown[] = [];
		for (const [index, loss] of losses.entries()) {
			const step = index + 1;
			told.push(watch.onStep(step, { 'discriminator.total': loss }));
			if (step % 10 === 0) {
				told.push(watch.onEvaluation(step, { fid: 10 + 30 * stream.uniform() * 0, duplicates: loss }));
				told.push(watch.onSpectrum({ generator: { largest: 1.5 ** step, name: 'w' } }));
			}
			if (breakAt.includes(step)) {
				const stored: unknown = JSON.parse(JSON.stringify(watch.memory()));
				watch = createCollapseWatch(100, watchMemorySchema.parse(stored));
			}
		}
		return told;
	};
	const unbroken = run([]);
	t.true(unbroken.flat().length > 0);
	t.deepEqual(run([1, 17, 50, 93]), unbroken);
});

test('samples that look like another one are counted', t => {
	const stream = createStream(1, 'images');
	const image = (): number[] => Array.from({ length: 16 * 16 * 3 }, () => stream.uniform());
	const smooth = Array.from({ length: 6 }, () => {
		const [red, green, blue] = [stream.uniform(), stream.uniform(), stream.uniform()];
		return thumbnail(Array.from({ length: 16 * 16 }, () => [red, green, blue]).flat(), 16);
	});
	t.is(duplicateRate(smooth), 0);
	t.is(duplicateRate([...smooth, smooth[0], smooth[0]]), 3 / 8);
	t.is(duplicateRate([]), 0);
	// Means of the tiles, colour by colour.
	const pixels = image();
	const expected = (pixels[0] + pixels[3] + pixels[16 * 3] + pixels[17 * 3]) / 4;
	t.true(Math.abs(thumbnail(pixels, 16)[0] - expected) < 1e-6);
});
