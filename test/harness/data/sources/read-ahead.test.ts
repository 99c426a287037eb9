import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { readAhead } from '../../../../harness/data/sources/read-ahead.ts';

test('results come in order, and only so many are under way', async t => {
	let underWay = 0;
	let most = 0;
	const read = async (item: number): Promise<number> => {
		most = Math.max(most, ++underWay);
		await setTimeout(item % 3);
		underWay--;
		return item * 2;
	};
	const results: number[] = [];
	for await (const result of readAhead(Array(20).keys(), read, 4)) results.push(result);
	t.deepEqual(
		results,
		Array.from({ length: 20 }, (_, index) => index * 2),
	);
	t.is(most, 4);
});

test('leaving early waits for what was begun, and begins nothing more', async t => {
	const begun: number[] = [];
	let done = 0;
	const read = async (item: number): Promise<void> => {
		begun.push(item);
		await setTimeout(5);
		done++;
	};
	for await (const _ of readAhead(Array(100).keys(), read, 3)) break;
	t.is(done, begun.length);
	t.true(begun.length <= 4);
});

test('the first failure in the order of the items ends it', async t => {
	const read = async (item: number): Promise<number> => {
		await setTimeout(10 - item);
		if (item >= 2) throw new Error(`item ${item}`);
		return item;
	};
	const results: number[] = [];
	await t.throwsAsync(
		async () => {
			for await (const result of readAhead([0, 1, 2, 3], read)) results.push(result);
		},
		{ message: 'item 2' },
	);
	t.deepEqual(results, [0, 1]);
});
