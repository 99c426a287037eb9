import test from 'ava';
import { groupArrays } from '../../../../harness/launch/slurm/group-arrays.ts';

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
