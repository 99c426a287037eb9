import test from 'ava';
import { createRunningMeans } from '../../../methods/pretraining/running-means.ts';

const losses = (value: number) => ({
	...{ total: value, rotation: 2 * value, class: 3 * value, rotationAccuracy: value / 10 },
});

test('means are of what was added since the last were taken', t => {
	const means = createRunningMeans();
	for (const value of [1, 2, 6]) means.add(losses(value));
	t.deepEqual(means.take(), { total: 3, rotation: 6, class: 9, rotationAccuracy: (0.1 + 0.2 + 0.6) / 3 });
	means.add(losses(5));
	t.deepEqual(means.take(), losses(5));
});

test('means that go on from a memory, through JSON, are those of an unbroken sum, bit for bit', t => {
	const values = [0.1, 1 / 3, 0.7, 1e-9, 2.3];
	const unbroken = createRunningMeans();
	for (const value of values) unbroken.add(losses(value));
	const first = createRunningMeans();
	for (const value of values.slice(0, 3)) first.add(losses(value));
	const memory = JSON.parse(JSON.stringify(first.memory()));
	t.is(memory.count, 3);
	const second = createRunningMeans(memory);
	for (const value of values.slice(3)) second.add(losses(value));
	t.deepEqual(second.take(), unbroken.take());
	t.deepEqual(second.memory(), createRunningMeans().memory());
});
