import test from 'ava';
import { groupArrays, splitPlan } from '../../../../harness/launch/slurm/group-arrays.ts';

const item = (id: string, kind: string, after: string[] = []) => ({
	job: { id, label: id, command: [], kind, after },
});

test('jobs of one kind that wait for the same become one array, after what they wait for', t => {
	const plans = groupArrays(
		[
			item('r1', 'train', ['l']),
			item('r2', 'train'),
			item('r3', 'train', ['l']),
			item('l', 'prepare', ['d']),
			item('d', 'prepare'),
		],
		false,
	);
	t.deepEqual(
		plans.map(({ kind, items, after }) => [kind, items.map(({ job }) => job.id), after]),
		[
			['train', ['r2'], []],
			['prepare', ['d'], []],
			['prepare', ['l'], ['d']],
			['train', ['r1', 'r3'], ['l']],
		],
	);
});

test('what is larger than an array becomes several, one behind another where a limit must hold', t => {
	const many = Array.from({ length: 2500 }, (_, index) => item(`r${index}`, 'train'));
	const sizes = (limited: boolean) =>
		groupArrays(many, limited).map(({ items, behind }) => [items.length, behind]);
	t.deepEqual(sizes(false), [
		[1000, undefined],
		[1000, undefined],
		[500, undefined],
	]);
	t.deepEqual(sizes(true), [
		[1000, undefined],
		[1000, 0],
		[500, 1],
	]);
});

test('jobs that wait for each other are an error', t => {
	t.throws(() => groupArrays([item('a', 'x', ['b']), item('b', 'y', ['a'])], false), {
		message: /in a circle/u,
	});
});

test('an array is parted in its place: those behind it, or behind others after it, wait for the same as before', t => {
	const many = Array.from({ length: 5 }, (_, index) => item(`r${index}`, 'train'));
	const parts = (limited: boolean) => {
		const plans = groupArrays([...many, item('e', 'evaluate', ['r4'])], limited, 2);
		splitPlan(plans, 0, 1, limited);
		return plans.map(({ items, behind }) => [items.map(({ job }) => job.id).join(' '), behind]);
	};
	t.deepEqual(parts(true), [
		['r0', undefined],
		['r1', 0],
		['r2 r3', 1],
		['r4', 2],
		['e', undefined],
	]);
	t.deepEqual(parts(false), [
		['r0', undefined],
		['r1', undefined],
		['r2 r3', undefined],
		['r4', undefined],
		['e', undefined],
	]);
});
