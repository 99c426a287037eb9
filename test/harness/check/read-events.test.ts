import test from 'ava';
import { evenIndices, summariseEvents as summariseBytes } from '../../../harness/check/read-events.ts';

const summariseEvents = (text: string, points?: number) => summariseBytes(Buffer.from(text), points);
const lines = (...events: unknown[]) => `${events.map(event => JSON.stringify(event)).join('\n')}\n`;
const metrics = (step: number) => ({
	time: 1,
	event: 'metrics',
	step,
	losses: { 'generator.total': step / 2 },
});

test('keeps life cycle, times, scores, and a curve with its ends', t => {
	const summary = summariseEvents(
		lines(
			{ time: 1, event: 'started' },
			{ time: 1, event: 'progress' },
			...Array.from({ length: 200 }, (_, index) => metrics(index + 1)),
			{ time: 1, event: 'evaluation', step: 100, fid: 20, inceptionScore: 5 },
			{ time: 1, event: 'completed', trainingMs: 1234 },
		),
		10,
	);
	t.deepEqual(summary.lifeCycle, ['started', 'completed']);
	t.is(summary.trainingMs, 1234);
	t.is(summary.losses.length, 10);
	t.deepEqual(summary.losses[0], { step: 1, values: { 'generator.total': 0.5 } });
	t.is(summary.losses.at(-1)!.step, 200);
	t.deepEqual(summary.evaluations, [{ step: 100, values: { fid: 20, inceptionScore: 5 } }]);
	t.deepEqual(summary.steps, { count: 200, spacing: 1, last: 200, problem: null });
	t.deepEqual(summary.damagedLines, []);
});

test('a last line that a crash cut short is no damage, one in the middle is', t => {
	const text = lines({ event: 'started' }, metrics(1));
	t.deepEqual(summariseEvents(`${text}{"event":"metr`).damagedLines, []);
	t.deepEqual(summariseEvents(`{"event":"sta\n${text}`).damagedLines, [1]);
});

test('what a resumed training did again counts once, and as it was done last', t => {
	const evaluation = (step: number, fid: number) => ({ event: 'evaluation', step, fid, inceptionScore: 2 });
	const summary = summariseEvents(
		lines(
			{ event: 'started' },
			...[10, 20, 30].map(metrics),
			evaluation(20, 9),
			evaluation(30, 8),
			{ event: 'interrupted' },
			{ event: 'started' },
			{ event: 'resumed', step: 20 },
			...[30, 40].map(metrics),
			{ event: 'completed' },
		),
	);
	t.deepEqual(
		summary.losses.map(({ step }) => step),
		[10, 20, 30, 40],
	);
	t.deepEqual(
		summary.evaluations.map(({ step }) => step),
		[20],
		'step 30 was not evaluated again',
	);
	const again = summariseEvents(
		lines(
			{ event: 'started' },
			...[10, 20].map(metrics),
			evaluation(20, 9),
			{ event: 'started' },
			metrics(10),
		),
	);
	t.deepEqual(again.losses, [{ step: 10, values: { 'generator.total': 5 } }]);
	t.deepEqual(again.evaluations, []);
});

test('names the first line with a quantity that is no number, and leaves it out of the curve', t => {
	const summary = summariseEvents(
		lines(metrics(1), { event: 'metrics', step: 2, losses: { a: null, b: 1 } }),
	);
	t.is(summary.firstNonFiniteLine, 2);
	t.deepEqual(summary.losses[1], { step: 2, values: { b: 1 } });
});

test('chooses evenly, first and last among them', t => {
	t.deepEqual(evenIndices(3, 5), [0, 1, 2]);
	t.deepEqual(evenIndices(9, 3), [0, 4, 8]);
	t.deepEqual(evenIndices(0, 3), []);
});
