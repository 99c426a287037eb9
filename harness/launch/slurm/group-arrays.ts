import type { Job } from '../executor.ts';
import { largestArray } from './array.ts';

/** Jobs that one call of sbatch takes. */
export interface ArrayPlan<Item> {
	readonly kind: string;
	readonly items: readonly Item[];
	/** Jobs, by id, that must be done before. */
	readonly after: readonly string[];
	/** Index of the array, in this plan, that must have ended before, so that a limit holds over both. */
	readonly behind: number | undefined;
}

/**
 * Parts jobs into arrays: of one kind, waiting for the same jobs, no larger than Slurm takes; in an order in which
 * those that others wait for come first.
 *
 * @param limited whether the jobs at the same time are limited, which Slurm does within an array only
 * @param largest tasks of an array, at most
 */
export function groupArrays<Item extends { readonly job: Job }>(
	items: readonly Item[],
	limited: boolean,
	largest = largestArray,
): ArrayPlan<Item>[] {
	const groups = new Map<string, Item[]>();
	for (const item of items) {
		const { kind = 'job', after = [] } = item.job;
		const key = JSON.stringify([kind, [...after].sort()]);
		groups.set(key, [...(groups.get(key) ?? []), item]);
	}
	const waiting = [...groups.values()];
	const plans: ArrayPlan<Item>[] = [];
	while (waiting.length > 0) {
		const pending = new Set(waiting.flat().map(({ job }) => job.id));
		const next = waiting.findIndex(group => !(group[0].job.after ?? []).some(id => pending.has(id)));
		if (next === -1) throw new Error(`jobs wait for each other in a circle: ${[...pending].join(', ')}`);
		const [group] = waiting.splice(next, 1);
		const { kind = 'job', after = [] } = group[0].job;
		for (let first = 0; first < group.length; first += largest) {
			const behind = limited && first > 0 ? plans.length - 1 : undefined;
			plans.push({ kind, items: group.slice(first, first + largest), after, behind });
		}
	}
	return plans;
}

/**
 * Puts two smaller arrays in the place of one, in the plan itself.
 *
 * @param index of the array
 * @param first jobs of the first of the two
 * @param limited as for `groupArrays`: the second then waits for the first
 */
export function splitPlan<Item>(
	plans: ArrayPlan<Item>[],
	index: number,
	first: number,
	limited: boolean,
): void {
	const { items, ...same } = plans[index]!;
	const behind = limited ? index : same.behind;
	const halves = [
		{ ...same, items: items.slice(0, first) },
		{ ...same, items: items.slice(first), behind },
	];
	// Whoever waited for the whole, or for one after it, finds it one place further.
	const rest = plans.slice(index + 1).map(plan => ({
		...plan,
		behind: plan.behind !== undefined && plan.behind >= index ? plan.behind + 1 : plan.behind,
	}));
	plans.splice(index, plans.length - index, ...halves, ...rest);
}
