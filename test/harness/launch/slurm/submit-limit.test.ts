import test from 'ava';
import { createSubmitLimit } from '../../../../harness/launch/slurm/submit-limit.ts';

test('all is tried until Slurm says no, then one, more as they are taken, none for longer and longer', t => {
	let time = 0;
	const limit = createSubmitLimit(() => time);
	t.true(limit.open());
	t.is(limit.room(0), Number.POSITIVE_INFINITY);
	limit.taken();
	t.true(limit.open());

	limit.full(8, true);
	t.false(limit.open());
	t.is(limit.room(8), 0);
	t.is(limit.room(5), 3, 'as many as have ended');
	time += 30_000;
	t.is(limit.room(8), 1);
	limit.full(8, false);
	time += 30_000;
	t.is(limit.room(8), 0, 'nothing was taken: twice as long');
	time += 30_000;
	t.is(limit.room(8), 1);
	limit.taken();
	t.is(limit.room(9), 2);
	limit.taken();
	t.is(limit.room(11), 4);
	for (let full = 0; full < 10; full++) limit.full(11, false);
	time += 299_999;
	t.is(limit.room(11), 0);
	time += 1;
	t.is(limit.room(11), 1, 'five minutes at most');
});
