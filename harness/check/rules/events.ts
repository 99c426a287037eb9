import type { EventSummary } from '../read-events.ts';
import { placeOfRun, type Rule } from '../rule.ts';

export const events: Rule = {
	name: 'events',
	summary: 'a run started, resumed after each interruption only, and completed once, last of all',
	needs: 'events',
	check: ({ finished }) =>
		finished.flatMap(({ run, events: summary }) => {
			const actual = summary === null ? undefined : disorder(summary);
			return actual === undefined
				? []
				: [{ ...placeOfRun(run), expected: 'started … completed, once each unless resumed', actual }];
		}),
};

/** What is out of order, undefined if nothing is. */
function disorder({ lifeCycle }: EventSummary): string | undefined {
	const words = lifeCycle.join(', ') || 'no events';
	// A process may have failed, or have been stopped, while it got its data ready: before the run started.
	const first = lifeCycle.findIndex(event => event !== 'failed' && event !== 'interrupted');
	if (lifeCycle[first] !== 'started') return words;
	// A process goes on from a checkpoint when it starts, or when a collapse throws it back, and at no other time.
	const before = (index: number): string => lifeCycle[index - 1] ?? 'nothing';
	const jumps = (event: string, index: number): boolean =>
		event === 'resumed' && !['started', 'collapse'].includes(before(index));
	if (lifeCycle.some(jumps)) return words;
	// A `failed` right behind takes it back: its result was found damaged.
	const standing = lifeCycle.filter(
		(event, index) => event === 'completed' && lifeCycle[index + 1] !== 'failed',
	);
	if (standing.length !== 1) return words;
	return lifeCycle.at(-1) === 'completed' ? undefined : words;
}
