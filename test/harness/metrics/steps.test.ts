import test from 'ava';
import { inTurns, type Steps, toEnd } from '../../../harness/metrics/steps.ts';

function counting(seen: number[], ended: () => void): Steps<string> {
	function* steps(): Steps<string> {
		try {
			for (let step = 0; step < 3; step++) {
				seen.push(step);
				yield;
			}
			return 'done';
		} finally {
			ended();
		}
	}
	return steps();
}

test('steps run to their end, with or without a pause', async t => {
	for (const run of [toEnd, inTurns]) {
		const seen: number[] = [];
		let ends = 0;
		const end = (): void => {
			ends += 1;
		};
		t.is(await run(counting(seen, end)), 'done');
		t.deepEqual([seen, ends], [[0, 1, 2], 1]);
	}
});

test('the event loop turns between steps, and a signal ends them there and frees what they hold', async t => {
	const controller = new AbortController();
	const seen: number[] = [];
	let ends = 0;
	// Heard only if the loop turns before the second step.
	setImmediate(() => controller.abort(new Error('stop')));
	const running = inTurns(
		counting(seen, () => {
			ends += 1;
		}),
		controller.signal,
	);
	await t.throwsAsync(running, { message: 'stop' });
	t.deepEqual([seen, ends], [[0], 1]);
});

test('an error of a step is passed on', async t => {
	// biome-ignore lint/correctness/useYield: it fails before its first pause
	function* failing(): Steps<void> {
		throw new Error('broken');
	}
	await t.throwsAsync(inTurns(failing()), { message: 'broken' });
	t.throws(() => toEnd(failing()), { message: 'broken' });
});
