import test from 'ava';
import { makespan } from '../../../../harness/suite/plan/schedule.ts';

const task = (seconds: number, ...after: number[]) => ({ seconds, after });

test('nothing left takes no time', t => t.is(makespan([], 4), 0));

test('one slot does everything one after the other', t => {
	t.is(makespan([task(5), task(3, 0), task(2)], 1), 10);
});

test('slots share the work; more slots than tasks do not help', t => {
	// By hand, three slots: 4, 3 + 2, 3 + 2.
	t.is(makespan([task(4), task(3), task(3), task(2), task(2)], 3), 5);
	t.is(makespan([task(4), task(3)], 100), 4);
});

test('a task waits for what it needs, others go first', t => {
	// By hand, two slots: 10 in the first; 1 and then 1 in the second; the last one starts at 10.
	t.is(makespan([task(10), task(5, 0), task(1), task(1)], 2), 15);
});

test('a circle is refused', t => {
	t.throws(() => makespan([task(1, 1), task(1, 0)], 1), { message: 'tasks wait for one another' });
});
